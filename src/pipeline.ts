/**
 * START HERE. Every component in the order the data takes; what each consumes and produces stands in its own file and, drawn, in
 * docs/architecture.md. The same table runs simulation, backtest, paper and live; only the ports differ. The way is a loop: what
 * execution sends comes back from the venue as fills, which the ledger books.
 */
import type { Component } from '#engine/component.ts'
import { commandGate } from '#engine/command-gate.ts'
import { session } from '#engine/session.ts'
import { timers } from '#engine/timers.ts'
import { market } from '#stages/admission/market.ts'
import { funding } from '#stages/analysis/funding/funding.ts'
import { marks } from '#stages/analysis/marks.ts'
import { surface } from '#stages/analysis/volatility/surface.ts'
import { volatility } from '#stages/analysis/volatility/volatility.ts'
import { orders } from '#stages/execution/orders.ts'
import { hedgeLoop } from '#stages/hedging/loop.ts'
import { books } from '#stages/ledger/books.ts'
import { certificate } from '#stages/ledger/certificate.ts'
import { mtm } from '#stages/ledger/mtm.ts'
import { payoutCheck } from '#stages/ledger/payout-check.ts'
import { portfolio } from '#stages/ledger/portfolio.ts'
import { protectionPnl } from '#stages/ledger/protection-pnl.ts'
import { reconciliation } from '#stages/ledger/reconciliation.ts'
import { twin } from '#stages/ledger/twin.ts'
import { acknowledgement } from '#stages/monitoring/acknowledgement.ts'
import { audit } from '#stages/monitoring/audit.ts'
import { budgetWatch } from '#stages/monitoring/budget-watch.ts'
import { floorWatch } from '#stages/monitoring/floor-watch.ts'
import { fundingWatch } from '#stages/monitoring/funding-watch.ts'
import { health } from '#stages/monitoring/health.ts'
import { hostWatch } from '#stages/monitoring/host-watch.ts'
import { venueWatch } from '#stages/monitoring/venue-watch.ts'
import { autoRenew } from '#stages/protection/auto-renew.ts'
import { clientOrders } from '#stages/protection/client-orders.ts'
import { coverage } from '#stages/protection/coverage.ts'
import { position } from '#stages/protection/position.ts'
import { quotes } from '#stages/protection/quotes.ts'
import { hostGuard } from '#stages/risk/host-guard.ts'
import { orderGate } from '#stages/risk/order-gate.ts'

export const PIPELINE: readonly Component[] = [
  commandGate, // commands once per key
  timers, // what was asked to happen later
  session, // epochs
  market, // raw market data -> admitted, or refused
  marks, // what a perpetual is worth
  surface, // what options say of volatility, and which of them are no use
  volatility, // regime of implied, realised of a day
  funding, // what a perpetual costs to hold, who pays it, when it was last booked
  books, // fills, funding, payouts -> double entry -> equity
  twin, // the same account without covers
  reconciliation, // books against the venue's statement
  portfolio, // positions a client states
  protectionPnl, // what protection cost and brought, from the postings
  payoutCheck, // each delivery against our own
  certificate, // what a cover keeps in the worst case, from the books
  mtm, // covers marked to the market, and what is credited of it
  quotes, // which option, at what price, and why not another
  autoRenew, // renewal on request and by schedule
  coverage, // a cover's life: bought, active, renewed, settled
  clientOrders, // orders a client places itself
  position, // the protected position itself
  hedgeLoop, // the rolling hedge: how much of what is open to hedge now
  hostGuard, // no new risk on a platform that cannot keep its records
  orderGate, // limits; the only maker of approved orders
  orders, // an order's life: durable, sent, unknown, done
  audit, // documented audit events
  health, // is it safe to act
  venueWatch, // do the venues agree
  fundingWatch, // is funding booked when it is due
  hostWatch, // is the host in order
  budgetWatch, // did a fill go beyond what its subsidy was given
  acknowledgement, // what only an operator ends
  floorWatch, // does a renewal's floor keep the programme's limit
]
