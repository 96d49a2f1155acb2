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
import { marks } from '#stages/analysis/marks.ts'
import { orders } from '#stages/execution/orders.ts'
import { books } from '#stages/ledger/books.ts'
import { portfolio } from '#stages/ledger/portfolio.ts'
import { reconciliation } from '#stages/ledger/reconciliation.ts'
import { twin } from '#stages/ledger/twin.ts'
import { audit } from '#stages/monitoring/audit.ts'
import { health } from '#stages/monitoring/health.ts'
import { coverage } from '#stages/protection/coverage.ts'
import { position } from '#stages/protection/position.ts'
import { quotes } from '#stages/protection/quotes.ts'
import { orderGate } from '#stages/risk/order-gate.ts'

export const PIPELINE: readonly Component[] = [
  commandGate, // commands once per key
  timers, // what was asked to happen later
  session, // epochs
  market, // raw market data -> admitted, or refused
  marks, // what a perpetual is worth
  books, // fills, funding, payouts -> double entry -> equity
  twin, // the same account without covers
  reconciliation, // books against the venue's statement
  portfolio, // positions a client states
  quotes, // which option, at what price, and why not another
  coverage, // a cover's life: bought, active, renewed, settled
  position, // the protected position itself
  orderGate, // limits; the only maker of approved orders
  orders, // an order's life: durable, sent, unknown, done
  audit, // documented audit events
  health, // is it safe to act
]
