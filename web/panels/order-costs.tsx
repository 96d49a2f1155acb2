/** How orders fare: how many of those wished come through each gate, how the venue takes them, and what they cost against the price they met. */
import { ordersAnswer, type OrdersAnswer } from '#api/contract-execution.ts'
import { bps } from '../format/bps.ts'
import { percent } from '../format/decimal.ts'
import { useAnswer } from '../live/ask.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './order-costs.module.css'

export const orderCostsPanel: FlowPanel = { id: 'order-costs', title: 'How orders fare', zone: 'whole', Body: OrderCosts }

type Summary = OrdersAnswer['summary']
const KINDS = { perpetual: 'perpetuals', option: 'options', spot: 'spot' } as const

function OrderCosts() {
  const answer = useAnswer('/api/orders', ordersAnswer, { everyMs: 2_000 })
  return (
    <Answered answer={answer} minRows={10} narrowRows={20} empty={({ total }) => (total === 0 ? 'Nothing was ordered yet.' : undefined)}>
      {({ summary }) => (
        <div className={styles['costs']}>
          <Gates summary={summary} />
          <dl className={styles['figures']}>
            <div>
              <dt>Accepted by the venue</dt>
              <dd>
                <Glyph tone={toneOf(summary)} /> {percent(summary.acceptance)}
              </dd>
              <dd className={styles['note']}>
                {summary.accepted} of {summary.accepted + summary.rejected} answered; an alert under{' '}
                {percent(String(summary.acceptanceMin))}
              </dd>
            </div>
            {summary.slippage.map(({ kind, orders, meanBps, worstBps }) => (
              <div key={kind}>
                <dt>Slippage, {KINDS[kind]}</dt>
                <dd>{bps(meanBps)}</dd>
                <dd className={styles['note']}>
                  mean of {orders}, worst {bps(worstBps)}
                </dd>
              </div>
            ))}
          </dl>
          <p className={styles['note']}>
            Slippage: average of the fills against the price met as risk approved the order, the ask of a buy or the bid of a sale; positive
            is worse.
          </p>
        </div>
      )}
    </Answered>
  )
}

/** Each gate as a bar of what came through; the figures stand beside it. */
function Gates({ summary }: { readonly summary: Summary }) {
  const { wished, refused, vetoed, sent, accepted, rejected, filled } = summary
  const gates = [
    { name: 'Wished', count: wished, lost: '' },
    { name: 'Approved by risk', count: wished - refused, lost: refused === 0 ? '' : `${refused} refused` },
    { name: 'Sent', count: sent, lost: vetoed === 0 ? '' : `${vetoed} stopped before the wire` },
    { name: 'Accepted', count: accepted, lost: rejected === 0 ? '' : `${rejected} rejected` },
    { name: 'With a fill', count: filled, lost: '' },
  ]
  return (
    <ol className={styles['gates']}>
      {gates.map(({ name, count, lost }) => (
        <li key={name}>
          <span>{name}</span>
          <span className={styles['count']}>{count}</span>
          <span className={styles['bar']} aria-hidden="true">
            <span style={{ transform: `scaleX(${count / Math.max(1, wished)})` }} />
          </span>
          <span className={styles['note']}>{lost}</span>
        </li>
      ))}
    </ol>
  )
}

function toneOf({ acceptance, acceptanceMin }: Summary): 'ok' | 'bad' | 'unknown' {
  return acceptance === null ? 'unknown' : Number(acceptance) >= acceptanceMin ? 'ok' : 'bad'
}
