/** The last orders and what filled of each: side, price, fee. Their life, step by step, is on the execution page. */
import { Link } from 'wouter'
import { ordersAnswer, type OrderShown } from '#api/contract-execution.ts'
import { useAnswer } from '../live/ask.ts'
import { coin, decimal } from '../format/decimal.ts'
import { dayAndMinute } from '../format/time.ts'
import { Answered } from '../parts/state.tsx'
import table from '../parts/table.module.css'
import type { FlowPanel } from './panel.ts'

export const fillsPanel: FlowPanel = { id: 'fills', title: 'Last orders and their fills', zone: 'whole', Body: Fills }

const EVERY_MS = 5_000
const SHOWN = 20

function Fills() {
  const answer = useAnswer(`/api/orders?limit=${SHOWN}`, ordersAnswer, { everyMs: EVERY_MS })
  return (
    <Answered
      answer={answer}
      minRows={6}
      narrowRows={23}
      empty={({ orders }) => (orders.length === 0 ? 'No order was made yet.' : undefined)}
    >
      {({ orders, total }) => (
        <>
          <div className={table['wide']}>
            <table className={`${table['table']} ${table['stacks']}`}>
              <thead>
                <tr>
                  <th scope="col">Order</th>
                  <th scope="col" className={table['text']}>
                    When
                  </th>
                  <th scope="col" className={table['text']}>
                    State
                  </th>
                  <th scope="col">Size</th>
                  <th scope="col">Filled</th>
                  <th scope="col">Limit</th>
                  <th scope="col">Average</th>
                  <th scope="col">Fees</th>
                </tr>
              </thead>
              <tbody>
                {orders.map((order) => (
                  <Order key={order.intentId} order={order} />
                ))}
              </tbody>
            </table>
          </div>
          <p className={table['soft']}>
            {total > orders.length ? `The newest ${orders.length} of ${total}. ` : ''}
            <Link href="/execution">Each order step by step</Link>
          </p>
        </>
      )}
    </Answered>
  )
}

function Order({ order }: { readonly order: OrderShown }) {
  const { instrument, side, purpose, beganAtIso, state, quantity, filled, limitPrice, averagePrice, quoteCurrency, fills } = order
  const places = { places: quoteCurrency === 'BTC' ? 5 : 2 }
  const fees = fills.map(({ fee, feeCurrency }) => `${decimal(fee, { places: feeCurrency === 'BTC' ? 8 : 2 })} ${feeCurrency}`)
  return (
    <tr>
      <th scope="row">
        {side} {instrument}
        <span className={table['soft']}>{purpose.replaceAll('_', ' ')}</span>
      </th>
      <td className={table['text']} data-label="When">
        {dayAndMinute(beganAtIso)}
      </td>
      <td className={table['text']} data-label="State">
        {state.replaceAll('_', ' ')}
      </td>
      <td data-label="Size">{coin(quantity)}</td>
      <td data-label="Filled">{coin(filled)}</td>
      <td data-label="Limit">{decimal(limitPrice, places)}</td>
      <td data-label="Average">{decimal(averagePrice, places)}</td>
      <td data-label="Fees">{fees.length === 0 ? '–' : fees.join(', ')}</td>
    </tr>
  )
}
