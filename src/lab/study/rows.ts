/** What a study keeps of every quote: one small row, exact amounts as decimal strings, shares as numbers. Units: USDC, days, shares of notional. */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { present } from '#base/assert.ts'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Observation } from '../backtest/recording.ts'
import type { Cell } from './cells.ts'
import type { Nearest } from './nearest-option.ts'
import type { Quoted } from './quoting.ts'
import type { Regime } from './regime.ts'
import type { HeldLeg, HeldTerms } from './settlement-oracle.ts'

export interface Snapshot {
  readonly at: EpochMs
  readonly index: string
  readonly ivAnnual: number | undefined
  readonly regime: Regime
}
/** What would be bought, and what came of it. */
export interface Bought {
  readonly instrument: string
  readonly expiry: EpochMs
  readonly days: number
  readonly terms: HeldTerms
  readonly premium: string
  readonly fee: string
  readonly floorEquity: string
  /** Highest settlement index the floor speaks of. */
  readonly holdsUpTo: string | undefined
  readonly notional: number
  readonly cost: number
}
export interface Outcome {
  readonly settlementIndex: string
  /** No snapshot was recorded at expiry: the index is linear in time between the two around it. */
  readonly isInterpolated: boolean
  readonly payout: string
  readonly exitFees: string
  readonly equity: string
  /** Equity at settlement, all costs paid, less the floor that was stated. */
  readonly slack: string
  /** Most by which the conservative close lay under the floor at a snapshot before settlement, in shares of notional; 0: never. */
  readonly underBefore: number
  /** At a snapshot the venue's margin was no longer met, at the conservative close. */
  readonly isLiquidated: boolean
  /** The same with the option at its mark. */
  readonly isLiquidatedAtMark: boolean
}
export interface QuoteRow {
  readonly snapshot: Snapshot
  readonly cell: Cell
  /** Absent where the answer was a refusal. */
  readonly bought: Bought | undefined
  readonly code: string | undefined
  readonly nearest: Nearest | undefined
  outcome: Outcome | undefined
}

export interface Asked {
  readonly snapshot: Snapshot
  /** As the engine was told it. */
  readonly observation: Observation
  readonly cash: string
  readonly nearest: Nearest | undefined
}

export function rowOf({ cell, quote }: Quoted, { snapshot, observation, cash, nearest }: Asked): QuoteRow {
  const code = quote.status === 'ok' ? undefined : (quote.explanation?.code ?? 'no_quote')
  return { snapshot, cell, code, nearest, bought: code === undefined ? boughtOf(quote, observation, cash) : undefined, outcome: undefined }
}

/** The price for the second computation is the recorded ask, not the quote's. */
function boughtOf(quote: Quoted['quote'], { at, index, quotes }: Observation, cash: string): Bought {
  const { instrument, strike, expiry, premiumCoin, premium, fee, floorEquity } = present(quote.selected, 'a quote names what it would buy')
  const askOf = (name: string): string =>
    present(quotes.find((one) => one.instrument === name)?.ask, 'what is quoted was recorded with an ask').toString()
  const { side, size } = quote.terms
  const legs = quote.legs?.map((leg): HeldLeg => ({
    instrument: leg.instrument,
    size: leg.size.toString(),
    askCoin: askOf(leg.instrument),
    strike: leg.strike.toString(),
  }))
  const askCoin = legs === undefined ? askOf(instrument) : premiumCoin.toString()
  return {
    instrument,
    expiry,
    days: (expiry - at) / DAY_MS,
    terms: {
      side,
      size: size.toString(),
      index: index.toString(),
      cash,
      askCoin,
      strike: strike.toString(),
      ...(legs === undefined ? {} : { legs }),
    },
    premium: premium.toString(),
    fee: fee.toString(),
    floorEquity: floorEquity.toString(),
    holdsUpTo: quote.floorHoldsUpTo?.toString(),
    notional: index.times(size).toNumber(),
    cost: premium.plus(fee).toNumber(),
  }
}

/** Of a pair each option with its part of the size; `ask_coin` then is their mean. */
function nameOf({ instrument, terms: { legs } }: Bought): string {
  return legs?.map((leg) => `${leg.size} ${leg.instrument} at ${leg.askCoin}`).join(' + ') ?? instrument
}

const HEADINGS = [
  'at', 'index', 'atm_iv', 'regime', 'side', 'tenor_days', 'floor', 'answer', 'instrument', 'expiry', 'days', 'ask_coin', 'premium', 'fee',
  'floor_equity', 'cash', 'settlement_index', 'settlement_basis', 'payout', 'exit_fees', 'equity_at_settlement', 'over_the_floor',
  'nearest_instrument', 'nearest_cost',
] // prettier-ignore

/** Every quote of the study with its amounts, for whoever wants to compute again. */
export function* csvOf(rows: Iterable<QuoteRow>): Generator<string> {
  yield HEADINGS.join(',')
  for (const { snapshot, cell, bought, code, nearest, outcome } of rows) {
    const { at, index, ivAnnual, regime } = snapshot
    const asked = [isoFromEpochMs(at), index, ivAnnual?.toFixed(4), regime, cell.side, cell.tenorDays, cell.floor, code ?? 'ok']
    const purchase = [
      bought === undefined ? '' : nameOf(bought),
      bought === undefined ? '' : isoFromEpochMs(bought.expiry),
      bought?.days.toFixed(4),
      bought?.terms.askCoin,
    ]
    const paid = [bought?.premium, bought?.fee, bought?.floorEquity, bought?.terms.cash]
    const basis = outcome === undefined ? '' : outcome.isInterpolated ? 'interpolated' : 'recorded'
    const end = [outcome?.settlementIndex, basis, outcome?.payout, outcome?.exitFees, outcome?.equity, outcome?.slack]
    yield [...asked, ...purchase, ...paid, ...end, nearest?.instrument, nearest?.cost.toFixed(2)].map((field) => field ?? '').join(',')
  }
}
