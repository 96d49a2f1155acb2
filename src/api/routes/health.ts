/**
 * Health (OP-05, C-02). `/health` answers exactly `{"status":"ok"}` and `/healthz` the same: the process lives. `/ready` means able to
 * act safely, check by check, and is 503 while any of them is not. It waits for nothing, the medium least of all.
 */
import { failureSchema, healthSchema, readySchema } from '../contract.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'
import type { ReadinessView } from '#runtime/view-models.ts'

const ALIVE = { status: 'ok' } as const

export function healthRoutes(app: Api, context: Context): void {
  for (const url of ['/health', '/healthz']) {
    app.get(url, { config: { rateLimit: false }, schema: { tags: ['health'], response: { 200: healthSchema } } }, (_request, reply) =>
      reply.send(ALIVE),
    )
  }
  app.get(
    '/ready',
    { config: { rateLimit: false }, schema: { tags: ['health'], response: { 200: readySchema, 503: readySchema, '4xx': failureSchema } } },
    (_request, reply) => {
      const checks = readinessChecks(context)
      const ready = checks.every(({ ok }) => ok)
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'not_ready', checks, asOfSeq: context.platform.engine.seq })
    },
  )
}

/** What the stages say of themselves, and whether the journal keeps up. */
export function readinessChecks({ platform, views, limits }: Context): readonly ReadinessView[] {
  const pending = platform.pendingRecords()
  const isFull = platform.isJournalFull?.() === true
  const journal = {
    name: 'journal',
    ok: !isFull && pending <= limits.pendingRecordsMax,
    detail: `${isFull ? 'no space on its medium: ' : ''}${pending} records not durable yet, limit ${limits.pendingRecordsMax}`,
  }
  return [journal, ...views.readiness()]
}
