/** The perpetual's book as the venue shows it: levels with their sizes, and bars of what has gathered from the touch on. The ladder is its own table. */
import { bookAnswer, type BookAnswer } from '#api/contract-market.ts'
import { decimal, usdc } from '../format/decimal.ts'
import { instant } from '../format/time.ts'
import { useAnswer } from '../live/ask.ts'
import { Answered } from '../parts/state.tsx'
import styles from './market-book.module.css'
import type { FlowPanel } from './panel.ts'

export const marketBookPanel: FlowPanel = { id: 'market-book', title: 'Book of the perpetual', zone: 'half', Body: Book }

type Levels = BookAnswer['bids']

function Book() {
  const answer = useAnswer('/api/market/book', bookAnswer, { everyMs: 1_000 })
  return (
    <Answered answer={answer} minRows={28}>
      {({ instrument, bids, asks, venueAtIso }) => {
        const most = Math.max(Number(bids.at(-1)?.sizeSum ?? 0), Number(asks.at(-1)?.sizeSum ?? 0), 1e-9)
        return (
          <>
            <table className={styles['book']}>
              <caption className="only-read">Book of {instrument}: asks from the highest, then bids from the best</caption>
              <thead>
                <tr>
                  <th scope="col">Side</th>
                  <th scope="col">Price, USDC</th>
                  <th scope="col">Size, BTC</th>
                  <th scope="col">In all, BTC</th>
                </tr>
              </thead>
              <tbody>
                <Side side="ask" levels={asks.toReversed()} most={most} />
              </tbody>
              <tbody>
                <Side side="bid" levels={bids} most={most} />
              </tbody>
            </table>
            <p className={styles['quiet']}>
              {instrument}, by the venue’s own clock {instant(venueAtIso)}
            </p>
          </>
        )
      }}
    </Answered>
  )
}

function Side({ side, levels, most }: { readonly side: 'ask' | 'bid'; readonly levels: Levels; readonly most: number }) {
  return levels.map(({ price, size, sizeSum }, i) => (
    // the place counts from the touch, so that a row stays where it is while its price moves
    <tr key={side === 'ask' ? levels.length - i : i} data-side={side}>
      <th scope="row">{side}</th>
      <td>{usdc(price)}</td>
      <td>{decimal(size, { places: 3 })}</td>
      <td>
        <span className={styles['bar']} style={{ transform: `scaleX(${Number(sizeSum) / most})` }} aria-hidden="true" />
        <span className={styles['sum']}>{decimal(sizeSum, { places: 3 })}</span>
      </td>
    </tr>
  ))
}
