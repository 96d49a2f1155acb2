/**
 * The last orders, newest first. A row opens the order's life: a timeline from the wish to the confirmation, each step with its instant and its
 * event, from which the cause can be walked back to; then its fills and what they cost against the price the order met.
 */
import { ordersAnswer, type OrderShown } from '#api/contract-execution.ts'
import { bps } from '../format/bps.ts'
import { coin, decimal } from '../format/decimal.ts'
import { age, clock, day } from '../format/time.ts'
import { words } from '../format/words.ts'
import { Table } from '../chart/as-table.tsx'
import { useAnswer } from '../live/ask.ts'
import type { Live } from '../live/feed.ts'
import { purposeOf, stateTone } from '../model/order-words.ts'
import { Glyph } from '../parts/glyph.tsx'
import { OpeningList, OpeningRow, type Column } from '../parts/opening-row.tsx'
import { OrderTimeline } from '../parts/order-timeline.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './panel.module.css'

export const orderLivesPanel: FlowPanel = {
  id: 'order-lives',
  title: 'Orders and their lives',
  zone: 'whole',
  Body: OrderLives,
}

const COLUMNS: readonly Column[] = [
  { name: 'Instrument', width: 'minmax(12.5rem, 1.6fr)' },
  { name: 'What for', width: 'minmax(0, 1.2fr)' },
  { name: 'State', width: 'minmax(6.75rem, 1fr)' },
  { name: 'Filled, BTC', width: 'minmax(0, 1fr)', isFigure: true },
  { name: 'Average price', width: 'minmax(0, 1.1fr)', isFigure: true },
  { name: 'Slippage', width: 'minmax(6.25rem, 0.9fr)', isFigure: true },
  { name: 'At', width: 'minmax(5rem, 1.15fr)' },
]

function OrderLives({ overview }: Live) {
  const answer = useAnswer('/api/orders', ordersAnswer, { everyMs: 2_000 })
  return (
    <Answered answer={answer} minRows={8} empty={({ total }) => (total === 0 ? 'Nothing was ordered yet.' : undefined)}>
      {({ orders, total }) => (
        <>
          <OpeningList columns={COLUMNS}>
            {orders.map((order, i) => (
              <Order key={order.intentId} order={order} isFirst={i === 0} speed={overview?.platform.speed} />
            ))}
          </OpeningList>
          {total > orders.length ? (
            <p className={styles['quiet']}>{total - orders.length} earlier ones are remembered and not listed.</p>
          ) : null}
        </>
      )}
    </Answered>
  )
}

interface OrderProps {
  readonly order: OrderShown
  readonly isFirst: boolean
  readonly speed: number | undefined
}

function Order({ order, isFirst, speed }: OrderProps) {
  const { state, beganAtIso } = order
  const cells = [
    order.instrument,
    purposeOf(order),
    <>
      <Glyph tone={stateTone(state)} /> {words(state)}
    </>,
    `${coin(order.filled)} of ${coin(order.quantity)}`,
    priceOf(order.averagePrice, order),
    bps(order.slippageBps),
    beganAtIso === null ? '–' : `${clock(beganAtIso)} ${day(beganAtIso)}`,
  ]
  return (
    <OpeningRow columns={COLUMNS} cells={cells} isOpenAtFirst={isFirst}>
      <OrderTimeline order={order} speed={speed} />
      <p className={styles['quiet']}>{termsOf(order)}</p>
      {order.fills.length === 0 ? null : <Fills order={order} />}
    </OpeningRow>
  )
}

function Fills({ order }: { readonly order: OrderShown }) {
  return (
    <>
      <Table
        label={`Fills of ${order.instrument}`}
        heads={['Fill', 'At', 'Size, BTC', `Price, ${order.quoteCurrency}`, 'Fee', 'Side of the book']}
        rows={order.fills.map(({ tradeId, atIso, quantity, price, fee, feeCurrency, liquidity }) => [
          tradeId,
          clock(atIso),
          coin(quantity),
          priceOf(price, order),
          `${coin(fee)} ${feeCurrency}`,
          liquidity,
        ])}
      />
      {order.fillsLeftOut === 0 ? null : <p className={styles['quiet']}>{order.fillsLeftOut} more fills are in the journal.</p>}
    </>
  )
}

function termsOf(order: OrderShown): string {
  const { type, timeInForce, limitPrice, venue, arrival, slippageOfMidBps } = order
  const met =
    arrival === null
      ? 'no price was known as it was approved'
      : `it met ${priceOf(arrival.bid, order)} bid, ${priceOf(arrival.ask, order)} ask, ${age(arrival.ageMs)} old`
  const half = slippageOfMidBps === null ? '' : `; against the mid ${bps(slippageOfMidBps)}`
  return `${words(type)} ${timeInForce} at ${venue}, bound ${priceOf(limitPrice, order)} ${order.quoteCurrency}; ${met}${half}.`
}

function priceOf(price: string | null, { quoteCurrency }: Pick<OrderShown, 'quoteCurrency'>): string {
  return quoteCurrency === 'BTC' ? decimal(price, { places: 6 }) : decimal(price, { places: 2 })
}
