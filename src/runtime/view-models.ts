/**
 * What hosts ask of a running platform beyond `Platform`: read models over the components' states, taken between two inputs. They are
 * implemented here (`views.ts`), since hosts do not see stages. Absent means not known yet; nothing is made up, and an age is always
 * beside what ages.
 */
import type { Result } from '#base/result.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { IvRegime } from '#domain/iv-regime.ts'
import type { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { LoweredFloor } from '#stages/monitoring/floor-watch.ts'
import type { AccountValue, PositionState, TwinValue } from '#topics/account.ts'
import type { FundingContext } from '#topics/analysis.ts'
import type { Coverage } from '#topics/protection.ts'
import type { ExecutionViews } from './execution-views.ts'
import type { MarketViews } from './market-views.ts'
import type { ProofViews } from './proof-views.ts'
import type { ProtectionViews } from './protection-views.ts'
import type { QuoteViews } from './quote-views.ts'
import type { ScenarioAsked, ScenarioView } from './scenario.ts'
import type { SystemView } from './system-view.ts'
import type { ProgrammeLimit, ThresholdsView } from './thresholds.ts'

type Usdc = Money<'USDC'>

export interface PriceView {
  readonly price: BtcUsdc
  readonly low: BtcUsdc
  readonly high: BtcUsdc
  readonly observedAt: EpochMs
  /** The stricter of the source's own cadence and configuration. */
  readonly maxAgeMs: number
  readonly sources: readonly { readonly venue: string; readonly price: BtcUsdc; readonly observedAt: EpochMs }[]
}
export type IvRefusal = 'no_surface' | 'stale_surface' | 'beyond_last_expiry' | 'beyond_strikes' | 'calendar_arbitrage'
/** Annual vols as fractions. */
export interface ImpliedVolView {
  /** At the money. */
  readonly iv: number
  /** At the ask of the protective put. */
  readonly ivHedge: number
  readonly ivRegime: IvRegime
  readonly ageMs: number
}
export interface ValueView {
  readonly value: AccountValue
  /** When the oldest price behind the value was observed; the value's own instant where it rests on no price. */
  readonly pricedAt: EpochMs
  readonly twin: TwinValue | undefined
}
/** A position as the contract shows it; null where no mark is known. */
export interface PortfolioPosition {
  readonly id: string
  readonly asset: string
  readonly side: 'long' | 'short'
  readonly entryPrice: string
  readonly size: string
  readonly leverage: string
  readonly marginUsd: string
  readonly markPrice: string | null
  readonly pnlUsdc: string | null
  readonly markAgeMs: number | null
}
/** Positions as their holder stated them (`POST /portfolio/ingest`), or the ledger's where nothing was stated (`source` ledger). */
export interface PortfolioView {
  readonly positions: readonly PortfolioPosition[]
  readonly source: string | null
  /** ISO 8601. */
  readonly updatedAt: string | null
}
/** The client's position on the venue, from the ledger. */
export interface VenuePosition {
  readonly state: PositionState
  readonly leverage: Ratio | undefined
  readonly mark: BtcUsdc | undefined
  /** Unrealised, at mark. */
  readonly pnl: Usdc | undefined
}
export interface CoverageView {
  readonly coverage: Coverage
  /** Worth of the legs held, at the conservative close; undefined while they have no price. */
  readonly mtm: Usdc | undefined
  /** Size covered over size held. */
  readonly ratio: Ratio | undefined
}
export interface DecisionView {
  readonly seq: number
  readonly at: EpochMs
  readonly kind: string
  readonly explanation: Explanation
  readonly text: string
  /** Of an alert: what it is about, an account, a cover, a venue. */
  readonly subject?: string | undefined
}
export interface AlertView {
  readonly name: string
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  /** Unknown for an alert raised before the oldest record that is kept. */
  readonly since: EpochMs | undefined
  readonly explanation: Explanation
  /** What it is about: an account, a cover, a venue. */
  readonly subject: string
}
export interface ReadinessView {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}
export type LinkKind = 'order' | 'intent' | 'quote' | 'coverage' | 'command'

export interface Views {
  readonly proofs: ProofViews
  readonly quoting: QuoteViews
  readonly protection: ProtectionViews
  readonly execution: ExecutionViews
  readonly market: MarketViews
  price(): PriceView | undefined
  /** Implied volatility at a tenor, from the executing venue's surface, or why there is none. */
  impliedVol(tenorDays: number): Result<ImpliedVolView, IvRefusal>
  /** Each perpetual with a known rate; `holder` is the account's part of it. */
  funding(account: string): readonly FundingContext[]
  value(account: string): ValueView | undefined
  /** What the account would be worth at another index, volatility and hour; undefined while it has no value now. */
  scenario(account: string, asked: ScenarioAsked): ScenarioView | undefined
  /** Everything at which something happens to the account, and how far it is. */
  thresholds(account: string): ThresholdsView | undefined
  /** What the account's programme states; undefined for an account of none. */
  programmeLimit(account: string): ProgrammeLimit | undefined
  /** What the renewal that bought this cover lowered the limit from, and when; undefined where it kept it. */
  loweredFloor(coverageId: string): LoweredFloor | undefined
  portfolio(account: string): PortfolioView
  /** The client book's positions that are not flat. */
  venuePositions(account: string): readonly VenuePosition[]
  /** Every cover that is not over (pending, active, settling), the first to expire first. */
  coverages(account: string): readonly CoverageView[]
  /** The newest `limit`, newest first. */
  decisions(account: string, limit: number): readonly DecisionView[]
  /** Oldest first, all that are kept with a greater seq; `complete` is false when older ones after `seq` were let go. */
  decisionsAfter(account: string, seq: number): { readonly decisions: readonly DecisionView[]; readonly complete: boolean }
  alerts(): readonly AlertView[]
  readiness(): readonly ReadinessView[]
  /** What the numbers rest on: feeds, links, brakes. */
  system(): SystemView
  /** Whether a quote or cover, by any of its names, was bought by an order of the client's own (C-40). */
  boughtByOrder(account: string, name: string): boolean
  /** The quote an opening order of the client's would buy, or has bought under this name; undefined where there is none. */
  quoteToOrder(
    account: string,
    order: { readonly coverageId: string; readonly instrument: string; readonly amount: string },
  ): string | undefined
  /** seq of the written event that brought an identity into the world: the approval of an order, the wish of an intent, … */
  originOf(kind: LinkKind, id: string): number | undefined
}
