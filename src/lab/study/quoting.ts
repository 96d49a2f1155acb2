/**
 * One engine over one recorded snapshot: fresh accounts open the position at its index, then ask for every cell. The platform's pipeline and
 * configuration are those of the backtest; nothing is bought. The answers are the `put_quotes` events themselves.
 * Nothing is kept but the hash of what the engine was told and decided: the journal of a run that ends with its question.
 */
import { present } from '#base/assert.ts'
import type { CommandId } from '#domain/order.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import type { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import { Quantity, quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import type { PutQuote } from '#topics/protection.ts'
import type { Json } from '#topics/schema.ts'
import { BacktestHost } from '../backtest/engine-host.ts'
import type { HostJournal } from '../backtest/engine-host.ts'
import type { Observation } from '../backtest/recording.ts'
import { leastCashShare } from './admit-request.ts'
import type { Cell } from './cells.ts'
import { cellName } from './cells.ts'
import { StudyRefusal } from './request.ts'
import type { StudyRequest } from './request.ts'
import { varied } from './variants.ts'
import type { Variant } from './variants.ts'

export interface Quoting {
  readonly request: StudyRequest
  readonly config: ResolvedConfig
  readonly cells: readonly Cell[]
}
export interface Quoted {
  readonly cell: Cell
  readonly variant: Variant
  readonly quote: PutQuote
}

export interface QuotedSnapshot {
  readonly quoted: readonly Quoted[]
  /** The market as the engine was told it. */
  readonly seen: Observation
  readonly hash: string
}

/** Records go nowhere: the host keeps their hash. */
export const NO_JOURNAL: HostJournal = { append: () => undefined, flush: () => undefined, close: () => undefined }

/** All variants that see the same market, in one engine. */
export function quoteSnapshot(
  observation: Observation,
  digest: string,
  variants: readonly [Variant, ...Variant[]],
  { request, config, cells }: Quoting,
): QuotedSnapshot {
  const seen = varied(observation, variants[0])
  const sides = [...new Set(cells.map(({ side }) => side))]
  const accounts = variants.flatMap((variant) =>
    sides.map((side) => ({
      account: accountOf(variant, side),
      cash: cashOf(askedIn(request, variant), observation.index).toString(),
      leverage: request.leverage,
    })),
  )
  const [account, ...others] = accounts
  const answers = new Map<string, PutQuote>()
  const results = new Map<string, unknown>()
  const host = new BacktestHost({
    config,
    startAt: observation.at,
    account: present(account, 'a study has a side'),
    others,
    fundingRate8h: 0,
    journal: NO_JOURNAL,
    onStep: ({ decisions }) => {
      for (const event of decisions) {
        if (event.topic === 'put_quotes' && event.body.commandId !== undefined) answers.set(event.body.commandId, event.body)
        if (event.topic === 'command_results') results.set(event.body.commandId, event.body.answer)
      }
    },
  })
  host.observe(seen, digest)
  for (const variant of variants)
    for (const side of sides) openPosition(host, accountOf(variant, side), side, askedIn(request, variant), results)
  const quoted = variants.flatMap((variant) =>
    cells.map((cell): Quoted => {
      const id = `quote-${variant.name}-${cellName(cell)}`
      tell(host, accountOf(variant, cell.side), id, 'quote', quoteParams(cell, askedIn(request, variant)))
      const quote = answers.get(id)
      if (quote === undefined) throw refusedBy(results.get(id))
      return { cell, variant, quote }
    }),
  )
  return { quoted, seen, hash: host.journalHash() }
}

/** The request as a variant changes it. */
export function askedIn({ combinations: _, ...request }: StudyRequest, { sizeFactor, isCashAtMargin, allowsPairs }: Variant): StudyRequest {
  const size = new Quantity<'BTC'>(quantity<'BTC'>(request.size).units * sizeFactor).toString()
  const asked: StudyRequest = allowsPairs === true ? { ...request, size, combinations: 'allowed' } : { ...request, size }
  return isCashAtMargin ? { ...asked, cashShare: leastCashShare(request.leverage) } : asked
}

/** To the cent above: cash is money that somebody paid in. */
export function cashOf({ size, cashShare }: Pick<StudyRequest, 'size' | 'cashShare'>, index: BtcUsdc): Money<'USDC'> {
  return index.times(quantity<'BTC'>(size)).times(ratio(cashShare), 'up').roundedToCents('up')
}

export function quoteParams({ side, tenorDays, floor }: Cell, { size, leverage, tierName, combinations }: StudyRequest): Json {
  const params = { side, size, leverage, tierName, tenorDays, drawdownFloorPct: floor, renewal: 'none' }
  return combinations === undefined ? params : { ...params, combinations }
}

export function tell(host: BacktestHost, account: string, id: string, type: string, params: Json): void {
  const body = { commandId: id as CommandId, account, route: 'study', key: id, bodyHash: '', type, params }
  host.offer({ topic: 'commands', key: account, source: 'study', body: body as never })
}

export function openPosition(
  host: BacktestHost,
  account: string,
  side: PositionSide,
  { size, leverage }: Pick<StudyRequest, 'size' | 'leverage'>,
  results: ReadonlyMap<string, unknown>,
): void {
  const id = `open-${account}`
  tell(host, account, id, 'open_position', { side, size, leverage })
  const answer = results.get(id) as { readonly status?: string } | undefined
  if (answer?.status !== 'ok') throw refusedBy(answer)
}

function accountOf({ name }: Variant, side: PositionSide): string {
  return `${side}, ${name}`
}

/** The platform would not even open the position or read the request: that is the study's own mistake, and it ends. */
export function refusedBy(answer: unknown): StudyRefusal {
  const { reason, explanation } = (answer ?? {}) as {
    readonly reason?: string
    readonly explanation?: { readonly code: string; readonly field: string; readonly seen: string; readonly limit: string }
  }
  const { field = 'request', seen = 'no answer', limit = 'a request that can be quoted', code } = explanation ?? {}
  return new StudyRefusal(field, seen, limit, code ?? reason)
}
