/** What goes into a certificate and what comes out of it; meaning and formulas are in `certificate.ts`. All amounts USDC unless said. */
import type { Money } from '#units/money.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'
import type { Ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import type { Scenario } from './certificate-path.ts'
import type { WorstSettlement } from './certificate-settlement.ts'
import type { InstrumentId, OptionType, PositionSide } from './instrument.ts'

type Usdc = Money<'USDC'>

export interface CertifiedLeg {
  readonly venue: string
  readonly instrument: InstrumentId
  readonly optionType: OptionType
  readonly strike: BtcUsdc
  readonly quantity: Quantity<'BTC'>
}
/** Another cover of the account that stands, with what its client still owes for it. */
export interface CertifiedBeside {
  readonly coverageId: string
  readonly side: PositionSide
  readonly size: Quantity<'BTC'>
  readonly expiry: EpochMs
  readonly owed: Usdc
  readonly legs: readonly CertifiedLeg[]
}
export interface CertificateInputs {
  readonly certifiedAt: EpochMs
  readonly activatedAt: EpochMs
  readonly expiry: EpochMs
  readonly side: PositionSide
  /** Size the promise speaks of. */
  readonly size: Quantity<'BTC'>
  /** The part of it that gains and loses with the index: all of it, or what is left of the position it was bought for. */
  readonly moving: Quantity<'BTC'>
  /** Index at which the floor was quoted. */
  readonly index: BtcUsdc
  readonly legs: readonly CertifiedLeg[]
  readonly premium: Usdc
  /** As the cover states it. */
  readonly promise: {
    readonly floorEquity: Usdc
    readonly floorPrice: BtcUsdc
    readonly drawdownLimit: Usdc
    readonly exitCostMax: Usdc
    readonly floorHoldsUpTo?: BtcUsdc | undefined
    /** Of several options the mean strike, as the cover states it; of one it is the option's own. */
    readonly strike?: BtcUsdc | undefined
    /** What the client owes the platform for the cover beyond what the venue took: no part of the venue's books, and taken from equity. */
    readonly owed: Usdc
  }
  /** From the postings: cash, coin, and all linear contracts with what they cost. */
  readonly books: {
    readonly cash: Usdc
    readonly coin: Money<'BTC'>
    readonly contracts: Quantity<'BTC'>
    readonly cost: Usdc
    /** The client's own part of the contracts. */
    readonly protectable: Quantity<'BTC'>
    /** Held and not counted: other options (they may pay nothing), inverse contracts, third currencies. */
    readonly leftOut: readonly string[]
  }
  /** What the client states beyond the books: signed size, and what it has lost since its entry, at the index of the promise. */
  readonly stated?: { readonly size: Quantity<'BTC'>; readonly result: Usdc } | undefined
  readonly beside?: readonly CertifiedBeside[] | undefined
  /**
   * Between the equity the floor rests on and these books: what valued it away from the index, and what was paid (negative) or came in since;
   * trading is that in contracts against the index of the promise, other covers are their premiums, payouts and fees.
   */
  readonly since: {
    readonly basis: Usdc
    readonly funding: Usdc
    readonly transfers: Usdc
    readonly trading: Usdc
    readonly otherCovers: Usdc
    /** Of stated positions, at the index of the promise: the statement or the books have changed. */
    readonly stated?: Usdc | undefined
  }
  readonly rates: {
    readonly deliveryRate: Ratio
    readonly deliveryCap: Ratio
    readonly takerRate: Ratio
    readonly maintenanceMarginRate: Ratio
    readonly optionMarginCredit: Ratio
  }
  readonly grid: {
    readonly spotMultipleMax: number
    readonly ivShifts: readonly number[]
    readonly renewWindowMs: number
    /** How far the index may run, as a share, between settlement and the close or the next cover. */
    readonly gapMoveMax: Ratio
  }
}
export interface Excluded {
  readonly name: 'basis' | 'funding' | 'transfers' | 'trading' | 'otherCovers' | 'stated'
  /** Negative: what it takes from the floor. */
  readonly amount: Usdc
}
export interface CertificateResult {
  /** Equity at the index of the promise, without the options, less what is owed. */
  readonly base: Usdc
  readonly uncovered: Quantity<'BTC'>
  readonly settlement: {
    readonly floorEquity: Usdc
    readonly worst: WorstSettlement
    readonly excluded: readonly Excluded[]
    readonly unexplained: Usdc
    /** Worst equity less the floor, what is excluded taken out; not negative where the promise holds. */
    readonly slack: Usdc
    /** Present where equity falls beyond it; absent: it holds at every index. */
    readonly holdsUpTo?: Usdc | undefined
    readonly slopeBeyond: Quantity<'BTC'>
    readonly holds: boolean
  }
  /**
   * The whole account, every cover that lasts at least as long settled at one index with its own: the least it keeps, whatever the stated floor of any of
   * them says. A cover that ends before counts as having paid nothing. Present where there is more than this cover and its position.
   */
  readonly account?:
    | {
        /** Other covers counted. */
        readonly covers: number
        readonly moving: Quantity<'BTC'>
        readonly worst: WorstSettlement
        /** Of the stated floor; not negative. */
        readonly belowFloor: Usdc
      }
    | undefined
  readonly gap: { readonly moveMax: Ratio; readonly worst: WorstSettlement; readonly belowFloor: Usdc }
  readonly path: {
    readonly model: 'black76'
    readonly ivAnnual: number
    readonly ivBasis: 'premium' | 'none'
    readonly scenarios: number
    readonly equity?: Scenario | undefined
    readonly margin?: Scenario | undefined
    readonly byInstant: readonly Scenario[]
    readonly coverageRatio?: number | undefined
    readonly survives: boolean
  }
  readonly liquidation: {
    /** With the options at intrinsic value; absent: nowhere the floor speaks of. */
    readonly index?: Usdc | undefined
    readonly withoutVenue: readonly {
      readonly venue: string
      readonly index?: Usdc | undefined
      /** The account outlives the strike without this venue's options; what they pay at settlement then comes in time. */
      readonly beyondStrike: boolean
    }[]
  }
  readonly coverageRatio: { readonly ofSize: Ratio; readonly worst?: number | undefined }
  readonly binding: { readonly kind: 'settlement' | 'gap' | 'path'; readonly equity: Usdc; readonly index: Usdc }
  readonly holds: boolean
}
