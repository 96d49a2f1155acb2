/**
 * Read models of execution: orders with their lives (`order-lives.ts`), what each cost against the price it met, and how the venue takes orders.
 *   slippage = dir x (average - touch) / touch, touch = ask of a buy and bid of a sale as risk approved it; positive is worse. Against the mid
 *   the same, which counts half the spread as well. acceptance = accepted / (accepted + rejected), of orders the venue has answered.
 * Ratios are exact fractions (1e-18); they only look.
 */
import { instrumentOf } from '#domain/catalogue.ts'
import type { OrderId } from '#domain/order.ts'
import type { Engine } from '#engine/engine.ts'
import { orders } from '#stages/execution/orders.ts'
import { divide, divideUnits, multiplyUnits, parseUnits } from '#units/exact.ts'
import { Ratio } from '#units/ratio.ts'
import type { OrderLife, OrderLives } from './order-lives.ts'

export interface OrderView {
  readonly life: OrderLife
  readonly state: string
  readonly filled: bigint
  /** Units of 1e-18 in the instrument's quote; undefined without a fill. */
  readonly average: bigint | undefined
  readonly slippage: Ratio | undefined
  readonly slippageOfMid: Ratio | undefined
}
export interface ExecutionSummary {
  readonly wished: number
  readonly refused: number
  readonly vetoed: number
  readonly sent: number
  readonly accepted: number
  readonly rejected: number
  readonly filled: number
  readonly acceptance: Ratio | undefined
  /** Of orders with fills and a price to compare with, each order once; apart by kind, since a tick of an option is many basis points. */
  readonly slippage: readonly SlippageOfKind[]
}
export interface SlippageOfKind {
  readonly kind: InstrumentKind
  readonly orders: number
  readonly mean: Ratio
  readonly worst: Ratio
}
export type InstrumentKind = 'option' | 'perpetual' | 'spot'
export interface ExecutionViews {
  /** Newest first, all that are remembered. */
  orders(account: string): readonly OrderView[]
  summary(orders: readonly OrderView[]): ExecutionSummary
}

export function executionViews(engine: Engine, lives: OrderLives): ExecutionViews {
  return {
    orders: (account) => {
      const known = engine.stateOf(orders).orders
      return lives.of(account).map((life) => viewOf(life, life.orderId === null ? undefined : known.get(life.orderId as OrderId)?.state))
    },
    summary,
  }
}

function viewOf(life: OrderLife, state: string | undefined): OrderView {
  const sums = life.fills.reduce(
    ({ filled, notional }, fill) => {
      const [size, price] = [unitsOf(fill.quantity), unitsOf(fill.price)]
      return { filled: filled + size, notional: notional + multiplyUnits(size, price) }
    },
    { filled: 0n, notional: 0n },
  )
  const average = sums.filled === 0n ? undefined : divideUnits(sums.notional, sums.filled)
  return { life, state: state ?? life.state, filled: sums.filled, average, ...costs(life, average) }
}

function costs({ arrival, wish }: OrderLife, average: bigint | undefined): Pick<OrderView, 'slippage' | 'slippageOfMid'> {
  const none = { slippage: undefined, slippageOfMid: undefined }
  if (arrival === null || average === undefined) return none
  const [bid, ask] = [arrival.bid, arrival.ask].map((text) => (text === null ? undefined : unitsOf(text)))
  const touch = wish.side === 'buy' ? ask : bid
  const mid = bid === undefined || ask === undefined ? undefined : (bid + ask) / 2n
  const dir = wish.side === 'buy' ? 1n : -1n
  return { slippage: worse(average, touch, dir), slippageOfMid: worse(average, mid, dir) }
}

function worse(average: bigint, than: bigint | undefined, dir: bigint): Ratio | undefined {
  return than === undefined || than === 0n ? undefined : new Ratio(divideUnits(dir * (average - than), than))
}

function summary(views: readonly OrderView[]): ExecutionSummary {
  const answers = views.map(({ life }) => answered(life))
  const [accepted, rejected] = [countOf(answers, 'accepted'), countOf(answers, 'rejected')]
  const has = (kind: string): number => views.filter(({ life }) => life.steps.some((step) => step.kind === kind)).length
  return {
    wished: views.length,
    refused: has('refused'),
    vetoed: has('vetoed'),
    sent: has('sent'),
    accepted,
    rejected,
    filled: views.filter(({ filled }) => filled > 0n).length,
    acceptance: accepted + rejected === 0 ? undefined : ratioOf(BigInt(accepted), BigInt(accepted + rejected)),
    slippage: KINDS.flatMap((kind) => slippageOf(kind, views)),
  }
}

const KINDS: readonly InstrumentKind[] = ['perpetual', 'option', 'spot']

function slippageOf(kind: InstrumentKind, views: readonly OrderView[]): readonly SlippageOfKind[] {
  const own = views.filter(({ life }) => kindOf(life.wish.instrument) === kind)
  const found = own.flatMap(({ slippage }) => (slippage === undefined ? [] : [slippage.units]))
  const [first, ...rest] = found
  if (first === undefined) return []
  const total = rest.reduce((sum, one) => sum + one, first)
  const worst = rest.reduce((most, one) => (one > most ? one : most), first)
  return [{ kind, orders: found.length, mean: new Ratio(divide(total, BigInt(found.length), 'half-even')), worst: new Ratio(worst) }]
}

function kindOf(instrument: string): InstrumentKind | undefined {
  const found = instrumentOf(instrument)
  if (!found.ok) return undefined
  return found.value.kind === 'option' || found.value.kind === 'spot' ? found.value.kind : 'perpetual'
}

/** A fill says that the venue took the order, whether or not it also said so. */
function answered({ steps, fills }: OrderLife): 'accepted' | 'rejected' | undefined {
  if (fills.length > 0) return 'accepted'
  const said = steps.filter(({ kind }) => kind === 'venue').map(({ detail }) => detail)
  if (said.some((detail) => detail.startsWith('rejected'))) return 'rejected'
  return said.some((detail) => !detail.startsWith('not found')) ? 'accepted' : undefined
}

function countOf<T>(values: readonly T[], wanted: T): number {
  return values.filter((value) => value === wanted).length
}

function ratioOf(part: bigint, whole: bigint): Ratio {
  return new Ratio(divideUnits(part, whole))
}

function unitsOf(decimal: string): bigint {
  return parseUnits(decimal) ?? 0n
}
