/** Equity with and without protection, the floor, and the distance between: the numbers of the answer beside it. */
import type { Live } from '../live/feed.ts'
import { percent, unitsOf, usdc, written } from '../format/decimal.ts'
import { instant } from '../format/time.ts'
import { Row, Rows } from '../parts/rows.tsx'
import type { Panel } from './panel.ts'

export const equityPanel: Panel = { id: 'equity', title: 'Equity, USDC', page: 'overview', zone: 'glance', Body: Equity }

function Equity({ overview, connection }: Live) {
  const equity = overview?.equity
  const floor = overview?.floor
  const isDoubtful = (equity?.staleMarks.length ?? 0) > 0
  const isStale = overview !== undefined && (connection.state === 'lost' || overview.price?.fresh === false || isDoubtful)
  return (
    <Rows>
      <Row
        label="With protection"
        value={usdc(equity?.close)}
        isMain
        isStale={isStale}
        name="equity-close"
        note={isDoubtful ? doubt(equity) : 'if all were closed now, at the bid and ask'}
      />
      <Row label="With protection, at mark" value={usdc(equity?.mark)} isStale={isStale} name="equity-mark" />
      <Row
        label="Without protection"
        value={usdc(equity?.unprotected)}
        isStale={isStale}
        name="equity-unprotected"
        note={twinNote(equity)}
      />
      <Row label="Protection is worth" value={worth(equity)} isStale={isStale} />
      <Row label="Floor, at settlement" value={usdc(floor?.floorEquity)} name="floor-equity" />
      <Row label="Distance to the floor" value={usdc(floor?.distanceUsdc, true)} isStale={isStale} name="distance-usdc" />
      <Row label="Distance in price" value={percent(floor?.distanceOfPrice)} isStale={isStale} name="distance-price" />
    </Rows>
  )
}

/** What is not known exactly is an interval, and is said as one. */
function doubt(equity: Equity): string {
  return `an old price, or no real bid: between ${usdc(equity?.low)} and ${usdc(equity?.high)}`
}

type Equity = NonNullable<NonNullable<Live['overview']>['equity']> | null | undefined

function twinNote(equity: Equity): string {
  const at = equity?.unprotectedLiquidatedAtIso
  return at === null || at === undefined
    ? 'the same account without its covers'
    : `the same account without its covers: liquidated ${instant(at)}`
}

/** Close with protection less the twin: what the covers have brought or cost so far. */
function worth(equity: Equity): string {
  const close = unitsOf(equity?.close)
  const twin = unitsOf(equity?.unprotected)
  return close === undefined || twin === undefined ? usdc(null) : written(close - twin, { places: 2, signed: true })
}
