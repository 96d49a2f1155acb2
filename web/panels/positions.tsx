/** Everything held, book by book, by the ledger: client's position, covers, hedges. */
import { snapshotAnswer, type SnapshotAnswer } from '#api/contract-proof.ts'
import { useAnswer } from '../live/ask.ts'
import { coin, decimal, unitsOf, usdc } from '../format/decimal.ts'
import { Answered } from '../parts/state.tsx'
import table from '../parts/table.module.css'
import type { FlowPanel } from './panel.ts'

export const positionsPanel: FlowPanel = { id: 'positions', title: 'Positions', zone: 'whole', Body: Positions }

const EVERY_MS = 2_000

function Positions() {
  const answer = useAnswer('/api/portfolio/snapshot', snapshotAnswer, { everyMs: EVERY_MS })
  return (
    <Answered
      answer={answer}
      minRows={4}
      narrowRows={21}
      empty={({ positions }) => (positions.length === 0 ? 'Nothing is held.' : undefined)}
    >
      {({ positions }) => <Held positions={positions} />}
    </Answered>
  )
}

function Held({ positions }: Pick<SnapshotAnswer, 'positions'>) {
  return (
    <div className={table['wide']}>
      <table className={`${table['table']} ${table['stacks']}`}>
        <thead>
          <tr>
            <th scope="col">Instrument</th>
            <th scope="col" className={table['text']}>
              Book
            </th>
            <th scope="col">Size</th>
            <th scope="col">Entry, USDC</th>
            <th scope="col">Mark</th>
            <th scope="col">Unrealised, USDC</th>
            <th scope="col">Realised, USDC</th>
            <th scope="col">Funding paid, USDC</th>
          </tr>
        </thead>
        <tbody>
          {positions.map((held) => (
            <tr key={`${held.book} ${held.instrument}`}>
              <th scope="row">
                {held.instrument}
                {held.isStale ? <span className={table['soft']}>price is stale, or nobody bids</span> : null}
              </th>
              <td className={table['text']} data-label="Book">
                {held.book}
              </td>
              <td data-label="Size">
                {held.side} {coin(held.quantity)}
              </td>
              <td data-label="Entry, USDC">{usdc(held.averageEntryUsdc)}</td>
              <td data-label="Mark">{quoted(held.markPriceCoin ?? held.markPriceUsdc)}</td>
              <td data-label="Unrealised, USDC">{usdc(held.unrealised, true)}</td>
              <td data-label="Realised, USDC">{usdc(held.realised, true)}</td>
              <td data-label="Funding paid, USDC">{usdc(held.fundingPaid)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A price of coin for coin has more places than one of USDC, and says so. */
function quoted(price: string | null): string {
  const units = unitsOf(price)
  const isCoin = units !== undefined && units < 10n ** 19n
  return isCoin ? `${decimal(price, { places: 5 })}\u00a0BTC` : usdc(price)
}
