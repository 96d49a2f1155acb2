/**
 * Read models of protection for its page: the last quotes with the event each was, every cover that is remembered with how it renews, and what a
 * cover pays at settlement. They only look (`view-models.ts`). A payoff comes from the cover's certificate, the one computation of it; before
 * there is one (a cover that is being bought, or failed) there is no payoff to show, and that is said.
 */
import type { AccountId, CoverageId } from '#domain/order.ts'
import { payoffCurve } from '#domain/payoff.ts'
import type { Payoff } from '#domain/payoff.ts'
import type { Engine } from '#engine/engine.ts'
import { certificate, certificateOf } from '#stages/ledger/certificate.ts'
import type { Issued } from '#stages/ledger/certificate-state.ts'
import { autoRenew } from '#stages/protection/auto-renew.ts'
import { windowOf } from '#stages/protection/auto-renew-state.ts'
import { coverage } from '#stages/protection/coverage.ts'
import { latestQuotes, quotes } from '#stages/protection/quotes.ts'
import type { Coverage, PutQuote } from '#topics/protection.ts'
import { later } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { QuoteTime, QuoteTimes } from './quote-times.ts'

export interface QuoteView {
  readonly quote: PutQuote
  /** Absent for a quote older than what is remembered of events. */
  readonly told: QuoteTime | undefined
  /** The cover it became, where it was bought. */
  /** The cover it became, whatever came of that. */
  readonly boughtAs: Pick<Coverage, 'coverageId' | 'state'> | undefined
}
export interface RenewalView {
  /** From here on each tick asks for a follower; absent where the cover has ended or is not to be renewed. */
  readonly opensAt: EpochMs | undefined
  readonly escalatesAt: EpochMs | undefined
  /** On the client's schedule rather than the configured window. */
  readonly isScheduled: boolean
  readonly follower: CoverageId | undefined
}
export interface CoverView {
  readonly cover: Coverage
  readonly endedAt: EpochMs | undefined
  readonly renewal: RenewalView
  readonly issued: Issued | undefined
}
export interface PayoffView {
  readonly issued: Issued
  readonly payoff: Payoff
}
export interface ProtectionViews {
  /** Newest first. */
  quotes(account: string): readonly QuoteView[]
  /** Standing ones first, then the newest to end. */
  covers(account: string): readonly CoverView[]
  payoff(cover: Coverage, range: { readonly low: bigint; readonly high: bigint; readonly also: readonly bigint[] }): PayoffView | undefined
}

export function protectionViews(engine: Engine, times: QuoteTimes): ProtectionViews {
  const issuedFor = (id: CoverageId): Issued | undefined => certificateOf(engine.stateOf(certificate), id)
  return {
    quotes: (account) => {
      const bought = new Map([...engine.stateOf(coverage).coverages.values()].map((cover) => [cover.quoteId, cover]))
      return latestQuotes(engine.stateOf(quotes), account as AccountId).map((quote) => ({
        quote,
        told: times.of(quote.requestId),
        boughtAs: quote.quoteId === undefined ? undefined : bought.get(quote.quoteId),
      }))
    },
    covers: (account) => {
      const { coverages, endedAt } = engine.stateOf(coverage)
      return [...coverages.values()]
        .filter((cover) => cover.account === account)
        .map((cover) => ({
          cover,
          endedAt: endedAt.get(cover.coverageId),
          renewal: renewalOf(engine, cover),
          issued: issuedFor(cover.coverageId),
        }))
        .toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)) || (b.endedAt ?? b.cover.expiry) - (a.endedAt ?? a.cover.expiry))
    },
    payoff: (cover, range) => {
      const issued = issuedFor(cover.coverageId)
      if (issued === undefined) return undefined
      return { issued, payoff: payoffCurve(issued.certificate.inputs, cover.premium.plus(cover.fee), range) }
    },
  }
}

function isOver({ cover: { state } }: Pick<CoverView, 'cover'>): boolean {
  return state === 'failed' || state === 'expired' || state === 'closed'
}

function renewalOf(engine: Engine, cover: Coverage): RenewalView {
  const { coverageId, expiry, terms } = cover
  const follower = [...engine.stateOf(coverage).coverages.values()].find(
    ({ previousCoverageId, state }) => previousCoverageId === coverageId && state !== 'failed',
  )
  const schedules = engine.stateOf(autoRenew)
  const isScheduled = schedules.schedules.has(coverageId)
  const isRenewed = cover.state === 'active' && (terms.renewal !== 'none' || isScheduled)
  const { renewWindowMs, escalateMs } = engine.configOf(coverage)
  const windowMs = isScheduled ? windowOf(schedules, cover, engine.configOf(autoRenew)) : renewWindowMs
  return {
    opensAt: isRenewed ? later(expiry, -windowMs) : undefined,
    escalatesAt: isRenewed ? later(expiry, -escalateMs) : undefined,
    isScheduled,
    follower: follower?.coverageId,
  }
}
