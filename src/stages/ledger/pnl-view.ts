/**
 * Protection's result beside the account's (T-08): the projection of the postings joined with what stands in the books, and the bridge it has to
 * add up to:
 *   equity change = (protection: realised + unrealised - fees) + (trading: the same) - funding paid + currency result
 * The left side comes from cash balances and prices, the right from postings by purpose and from positions one by one; the residual is exact and
 * zero. Anything else is a posting that went to the wrong place, and is shown. Units: USDC, at mark.
 */
import { Money, parseMoney } from '#units/money.ts'
import type { AccountId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import { bridge } from './bridge.ts'
import type { Bridge } from './bridge.ts'
import type { BooksConfig } from './books.ts'
import type { BooksState } from './books-state.ts'
import { snapshotOf } from './portfolio-snapshot.ts'
import { isOption } from './protection-pnl.ts'
import type { AreaTotals, ProtectionPnlState } from './protection-pnl.ts'

type Usdc = Money<'USDC'>
export interface AreaResult {
  readonly realised: Usdc
  readonly unrealised: Usdc
  readonly fees: Usdc
  readonly result: Usdc
}
export interface PnlView {
  readonly protection: AreaResult & {
    readonly premiumPaid: Usdc
    readonly premiumReceived: Usdc
    readonly payouts: Usdc
    /** Options held, at mark. */
    readonly standingMtm: Usdc
    readonly standingCost: Usdc
  }
  readonly trading: AreaResult
  /** No postings: between client and platform. */
  readonly charges: { readonly covers: number; readonly charged: Usdc; readonly subsidies: Usdc; readonly due: Usdc }
  readonly bridge: Bridge
  /** Bridge's change less the areas, funding and currency result. */
  readonly residual: Usdc
}

interface Sources {
  readonly projected: ProtectionPnlState
  readonly books: BooksState
  readonly config: BooksConfig
}
export function pnlView({ projected, books, config }: Sources, account: AccountId, at: EpochMs): PnlView | undefined {
  const span = bridge(books, account, at, config)
  const snapshot = snapshotOf(books, { account, at, view: 'margin' }, config)
  const totals = projected.accounts.get(account)
  if (span === undefined || snapshot === undefined || totals === undefined) return undefined
  let [options, others] = [0n, 0n]
  for (const { instrument, unrealised } of snapshot.positions) {
    const units = parseMoney<'USDC'>(unrealised)?.units ?? 0n
    if (isOption(instrument)) options += units
    else others += units
  }
  const protection = areaOf(totals.protection, options)
  const trading = areaOf(totals.trading, others)
  // cost that was paid and neither sold nor delivered yet
  const standingCost = totals.premiumPaid - totals.premiumReceived - totals.payouts + totals.protection.realised
  const explained = protection.result.plus(trading.result).minus(usd(totals.fundingPaid)).plus(span.currencyResult)
  return {
    protection: {
      ...protection,
      premiumPaid: usd(totals.premiumPaid),
      premiumReceived: usd(totals.premiumReceived),
      payouts: usd(totals.payouts),
      standingMtm: usd(standingCost + options),
      standingCost: usd(standingCost),
    },
    trading,
    charges: { covers: totals.covers, charged: usd(totals.charged), subsidies: usd(totals.subsidies), due: usd(totals.due) },
    bridge: span,
    residual: span.change.minus(explained),
  }
}

function areaOf({ realised, fees }: AreaTotals, unrealised: bigint): AreaResult {
  return { realised: usd(realised), unrealised: usd(unrealised), fees: usd(fees), result: usd(realised + unrealised - fees) }
}

function usd(units: bigint): Usdc {
  return new Money<'USDC'>(units)
}
