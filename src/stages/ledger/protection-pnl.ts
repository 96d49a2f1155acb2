/**
 * Component `ledger/protection-pnl` (T-08): what protection cost and brought an account, as a projection of the ledger's postings and of nothing
 * else. A posting of an option (premium, payout, and the fee of the same fact) belongs to protection, the rest of trades and fees to trading:
 *   result of protection = realised + worth of standing covers - their cost - fees
 * It keeps no books of its own: sums of postings by what they were for, so that with what stands (`pnlView`) they add up to the account's bridge
 * without a residual. What covers were charged and what the platform bears of it (`due`, subsidies) is no posting (the venue's books know
 * neither) and stands beside the result. Units: USDC 1e-18; coin amounts at the rate their posting states.
 */
import { z } from 'zod'
import { forgetOldest } from '#base/horizon.ts'
import { component, QUIET } from '#engine/component.ts'
import type { AnyEvent } from '#engine/component.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { Currency } from '#units/money.ts'
import type { Posting } from '#topics/account.ts'
import type { Coverage } from '#topics/protection.ts'
import { FEES, FUNDING, POSITION, RESULTS } from './chart.ts'
import { usdcWorth } from './flow.ts'

export interface AreaTotals {
  realised: bigint
  fees: bigint
}
export interface PnlTotals {
  readonly protection: AreaTotals
  readonly trading: AreaTotals
  /** Bought and sold options, at their price. */
  premiumPaid: bigint
  premiumReceived: bigint
  payouts: bigint
  fundingPaid: bigint
  /** The last fact that moved an option: its fee follows under the same reference. */
  optionReference: string
  /** Of activated covers: what clients were charged, what of the hedges' cost the platform bears, and what is to be settled between the two. */
  charged: bigint
  subsidies: bigint
  due: bigint
  covers: number
}
export interface ProtectionPnlState {
  readonly accounts: Map<AccountId, PnlTotals>
  readonly counted: Map<CoverageId, Counted>
}
/** Of a cover: a late fill and its sale change what it was charged while it stands. */
type Counted = Pick<PnlTotals, 'charged' | 'subsidies' | 'due'>

const pnlConfig = z.strictObject({ coversMax: z.number().int().min(100).default(10_000) })
const CONSUMES = ['postings', 'coverages'] as const

export const protectionPnl = component({
  name: 'ledger/protection-pnl',
  version: 2,
  consumes: CONSUMES,
  produces: [],
  config: pnlConfig.prefault({}),
  initial: (): ProtectionPnlState => ({ accounts: new Map(), counted: new Map() }),
  step: (state, event: AnyEvent<(typeof CONSUMES)[number]>, { coversMax }) => {
    if (event.topic === 'postings') takePosting(totalsOf(state, event.body.account), event.body)
    else if (event.body.state === 'active' || isUnwound(event.body) || state.counted.has(event.body.coverageId))
      takeCover(state, event.body, coversMax)
    return QUIET
  },
})

function totalsOf(state: ProtectionPnlState, account: AccountId): PnlTotals {
  const known = state.accounts.get(account)
  if (known !== undefined) return known
  const fresh: PnlTotals = {
    protection: { realised: 0n, fees: 0n },
    trading: { realised: 0n, fees: 0n },
    premiumPaid: 0n,
    premiumReceived: 0n,
    payouts: 0n,
    fundingPaid: 0n,
    optionReference: '',
    charged: 0n,
    subsidies: 0n,
    due: 0n,
    covers: 0,
  }
  state.accounts.set(account, fresh)
  return fresh
}

function takePosting(totals: PnlTotals, posting: Posting): void {
  const { kind, reference } = posting
  if (kind === 'funding') totals.fundingPaid += sumOf(posting, FUNDING)
  if (kind === 'premium' || kind === 'payout') {
    totals.optionReference = reference
    const realised = -sumOf(posting, RESULTS)
    const cash = realised - sumOf(posting, POSITION)
    totals.protection.realised += realised
    if (kind === 'payout') totals.payouts += cash
    else if (cash < 0n) totals.premiumPaid -= cash
    else totals.premiumReceived += cash
  }
  if (kind === 'trade') totals.trading.realised -= sumOf(posting, RESULTS)
  if (kind === 'fee') {
    const area = reference === totals.optionReference ? totals.protection : totals.trading
    area.fees += sumOf(posting, FEES)
  }
}

/** What a posting moved on one ledger account, or on all that carry positions, in USDC. */
function sumOf({ entries, rate }: Posting, ledgerAccount: string): bigint {
  let sum = 0n
  for (const entry of entries) {
    const isMeant = ledgerAccount === POSITION ? entry.ledgerAccount.startsWith(POSITION) : entry.ledgerAccount === ledgerAccount
    if (isMeant) sum += inUsdc(entry.currency, entry.amount.units, rate)
  }
  return sum
}

function inUsdc(currency: Currency, units: bigint, rate: Posting['rate']): bigint {
  if (currency === 'USDC') return units
  return rate === undefined ? 0n : usdcWorth(currency, units, rate.price)
}

function takeCover(state: ProtectionPnlState, cover: Coverage, coversMax: number): void {
  const { account, coverageId, charge, due } = cover
  const was = state.counted.get(coverageId)
  const now = { charged: charge?.charged.units ?? 0n, subsidies: charge?.subsidy.units ?? 0n, due: due?.units ?? 0n }
  state.counted.set(coverageId, now)
  if (was === undefined) forgetOldest(state.counted, coversMax)
  const totals = totalsOf(state, account)
  if (was === undefined && cover.state === 'active') totals.covers += 1
  totals.charged += now.charged - (was?.charged ?? 0n)
  totals.subsidies += now.subsidies - (was?.subsidies ?? 0n)
  totals.due += now.due - (was?.due ?? 0n)
}

/** A purchase that failed half way and was sold again: what it cost is borne by somebody. */
function isUnwound({ state, due }: Coverage): boolean {
  return state === 'failed' && due !== undefined
}

export function isOption(instrument: string): boolean {
  const found = instrumentOf(instrument)
  return found.ok && found.value.kind === 'option'
}
