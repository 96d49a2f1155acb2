/**
 * What hosts ask of a running platform beyond `Platform`: read models over the components' states, taken between two inputs. They are
 * implemented here (`views.ts`), since hosts do not see stages. Absent means not known yet; nothing is made up, and an age is always
 * beside what ages.
 */
import type { Explanation } from '#domain/explanation.ts'
import type { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { AccountValue, PositionState, TwinValue } from '#topics/account.ts'
import type { Coverage } from '#topics/protection.ts'

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
}
export interface AlertView {
  readonly name: string
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  /** Unknown for an alert raised before the oldest record that is kept. */
  readonly since: EpochMs | undefined
  readonly explanation: Explanation
}
export interface ReadinessView {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}
export type LinkKind = 'order' | 'intent' | 'quote' | 'coverage' | 'command'

export interface Views {
  price(): PriceView | undefined
  value(account: string): ValueView | undefined
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
  /** seq of the written event that brought an identity into the world: the approval of an order, the wish of an intent, … */
  originOf(kind: LinkKind, id: string): number | undefined
}
