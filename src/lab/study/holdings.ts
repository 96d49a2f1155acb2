/**
 * Every quote held to its expiry by the oracle: settled at the recorded index of that instant, else at the index linear in time between the two
 * snapshots around it. Until then each snapshot asks how far the conservative close lay under the floor, and whether the venue would have closed
 * the account: equity at or under maintenance margin, at that close and again with the option at its mark. The close counts a held option at its
 * bid; one that nobody bids for, or with less than half of that, at what it would settle at, at most its mark (docs/decisions/0014).
 * Units: USDC. Edges: what expires after the last snapshot stays open.
 */
import { Decimal } from 'decimal.js'
import type { VenueQuote } from '#sim/venue/quotes.ts'
import type { Observation } from '../backtest/recording.ts'
import type { Bought, QuoteRow } from './rows.ts'
import { D, equityAt, linearIndex, maintenanceAt, optionsOf, paidUp, settledAt } from './settlement-oracle.ts'
import type { Exact, HeldTerms, IndexAt } from './settlement-oracle.ts'

/** The default of the ledger and of the simulated venue. */
const STUB_BID_SHARE = '0.5'

interface Open {
  readonly row: QuoteRow
  readonly bought: Bought
  readonly paid: Exact
  under: number
  isLiquidated: boolean
  isLiquidatedAtMark: boolean
}

export class Holdings {
  #open: Open[] = []
  #last: IndexAt | undefined

  get openCount(): number {
    return this.#open.length
  }

  add(row: QuoteRow): void {
    const { bought } = row
    if (bought !== undefined)
      this.#open.push({ row, bought, paid: paidUp(bought.terms), under: 0, isLiquidated: false, isLiquidatedAtMark: false })
  }

  /** Call before rows of the same snapshot are added. */
  observe({ at, index, quotes }: Observation): void {
    const now = { at, index: index.toString() }
    const before = this.#last ?? now
    const byName = new Map<string, VenueQuote>(quotes.map((quote) => [quote.instrument, quote]))
    const stillOpen: Open[] = []
    for (const held of this.#open) {
      if (held.bought.expiry <= at) settle(held, before, now)
      else {
        watch(
          held,
          now,
          namesOf(held.bought).map((name) => byName.get(name)),
        )
        stillOpen.push(held)
      }
    }
    this.#open = stillOpen
    this.#last = now
  }
}

function settle({ row, bought, under, isLiquidated, isLiquidatedAtMark }: Open, before: IndexAt, now: IndexAt): void {
  const settlementIndex = linearIndex(before, now, bought.expiry)
  const { payout, delivery, closing, equity } = settledAt(bought.terms, settlementIndex)
  row.outcome = {
    settlementIndex,
    isInterpolated: bought.expiry !== now.at,
    payout: payout.toFixed(),
    exitFees: delivery.plus(closing).toFixed(),
    equity: equity.toFixed(),
    slack: equity.minus(bought.floorEquity).toFixed(),
    underBefore: under,
    isLiquidated,
    isLiquidatedAtMark,
  }
}

function namesOf({ instrument, terms: { legs } }: Bought): readonly string[] {
  return legs?.map((leg) => leg.instrument) ?? [instrument]
}

/** `quotes`: of each option held, in their order. */
function watch(held: Open, { index }: IndexAt, quotes: readonly (VenueQuote | undefined)[]): void {
  const { bought, paid } = held
  const { side } = bought.terms
  const close = equityAt(
    bought.terms,
    paid,
    index,
    optionsOf(bought.terms).map(({ strike }, i) => closeOf({ side, strike }, index, quotes[i])),
  )
  const under = new D(bought.floorEquity).minus(close).toNumber() / bought.notional
  if (under > held.under) held.under = under
  const needed = maintenanceAt(bought.terms, index)
  if (close.lessThanOrEqualTo(needed)) held.isLiquidated = true
  const marks = quotes.flatMap((quote) => quote?.mark?.toString() ?? [])
  if (marks.length === quotes.length && equityAt(bought.terms, paid, index, marks).lessThanOrEqualTo(needed)) held.isLiquidatedAtMark = true
}

type Contract = Pick<HeldTerms, 'side' | 'strike'>

function closeOf(option: Contract, index: string, quote: VenueQuote | undefined): string {
  const settled = unbid(option, index, quote?.mark?.toString())
  const bid = quote?.bid?.toString()
  return bid !== undefined && new D(settled).times(STUB_BID_SHARE).lessThanOrEqualTo(bid) ? bid : settled
}

function unbid({ side, strike }: Contract, index: string, mark: string | undefined): string {
  const inside = side === 'long' ? new D(strike).minus(index) : new D(index).minus(strike)
  const worth = Decimal.max(inside, 0).div(index)
  return (mark === undefined ? worth : Decimal.min(worth, mark)).toFixed()
}
