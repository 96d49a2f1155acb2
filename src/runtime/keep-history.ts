/**
 * What charts are drawn from, kept as the engine goes on: a point per minute of market time for the account, and for each perpetual every rate as it was
 * stated, at most one a minute. Read models beside the engine (`row-file.ts`).
 */
import type { StepReport } from '#engine/engine.ts'
import { FUNDING_ROWS, fundingFolder, fundingPointOf } from './funding-row.ts'
import { ACCOUNT_ROWS } from './history-row.ts'
import { RowFile } from './row-file.ts'
import type { PlatformViews } from './views.ts'

interface Keeping {
  readonly folder: string
  readonly log: (line: string) => void
  readonly views: Pick<PlatformViews, 'historyPoint' | 'funding'>
  readonly account: string
}

export function keepHistory({ folder, log, views, account }: Keeping): (report: StepReport) => void {
  const values = new RowFile(ACCOUNT_ROWS, folder, log)
  const rates = new RowFile(FUNDING_ROWS, fundingFolder(folder), log)
  return ({ input }) => {
    if (input.topic !== 'clock_tick' || input.body.name !== 'minute') return
    const point = views.historyPoint(account)
    if (point !== undefined) values.add(account, point)
    for (const context of views.funding(account)) rates.add(context.instrument, fundingPointOf(context))
  }
}
