/** The audit summary's answer from the tally of the trail and the account as it stands. What a view may not show is never put into its answer. */
import type { Json } from '#topics/schema.ts'
import { AUDIT_VIEWS } from '#topics/audit-events.ts'
import type { AuditTally } from '#runtime/audit-tally.ts'
import { coverInForce } from '#runtime/views-in-force.ts'
import type { Context } from './context.ts'
import type { SummaryAnswer } from './contract-audit.ts'

export type Mode = SummaryAnswer['mode']
type Summary = Omit<SummaryAnswer, 'asOfSeq' | 'lastEvents' | 'liquidity'> & {
  readonly lastEvents: readonly object[]
  readonly liquidity?: Json
}

export function auditSummary(
  { views }: Context,
  tally: AuditTally,
  { mode, account }: { readonly mode: Mode; readonly account: string },
): Summary {
  const covers = views.coverages(account)
  const equity = views.value(account)?.value.equityClose
  const limit = coverInForce(covers)?.drawdownLimit
  const count = (event: string): number => tally.counts.get(event) ?? 0
  const names = Object.entries(AUDIT_VIEWS).flatMap(([name, view]) => (mode === 'internal' || view === 'exec' ? [name] : []))
  return {
    status: 'ok',
    mode,
    period: { fromIso: tally.from ?? null, toIso: tally.to ?? null },
    counts: Object.fromEntries(names.map((name) => [name, count(name)])),
    coverages: {
      active: covers.filter(({ coverage }) => coverage.state === 'active').length,
      renewed: count('coverage_renewed'),
      expired: count('coverage_expired'),
    },
    premiumUsdc: tally.premium.toString(),
    payoutsUsdc: tally.payouts.toString(),
    creditsUsdc: tally.credits.toString(),
    bufferUsdc: equity === undefined || limit === undefined ? null : equity.minus(limit).toString(),
    lastEvents: tally.last(mode).map(({ seq, ts, event, payload, hash }) => ({ seq, ts, event, payload, hash })),
    ...(mode === 'internal' ? internals(tally) : {}),
  }
}

function internals(tally: AuditTally): Pick<Summary, 'liquidity' | 'executionQuality' | 'subsidyUsdc' | 'passThrough'> {
  const { orders, filledRatioSum, betterThanLimitSum, priced } = tally.quality
  const used = tally.latest.get('risk_budget_update')?.['usedUsdc']
  return {
    liquidity: tally.latest.get('liquidity_update') ?? null,
    executionQuality: {
      orders,
      filledRatioMean: orders === 0 ? null : filledRatioSum / orders,
      betterThanLimitMean: priced === 0 ? null : betterThanLimitSum / priced,
    },
    subsidyUsdc: typeof used === 'string' ? used : null,
    passThrough: { decided: tally.counts.get('pass_through_gate') ?? 0, activated: tally.counts.get('premium_pass_through') ?? 0 },
  }
}
