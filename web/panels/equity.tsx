/** Equity as an interval with how sure it is, without protection, the floor, and the distance between: the numbers of the answer beside it. */
import type { Live } from '../live/feed.ts'
import { isNegative, percent, unitsOf, usdc, written } from '../format/decimal.ts'
import { instant } from '../format/time.ts'
import { certaintyOf, intervalOf, type Certainty } from '../model/certainty.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './equity.module.css'

export const equityPanel: OverviewPanel = { id: 'equity', title: 'Equity, USDC', zone: 'glance', Body: Equity }

function Equity({ overview, connection }: Live) {
  const equity = overview?.equity
  const floor = overview?.floor
  const isLost = connection.state === 'lost'
  const isDoubtful = (equity?.staleMarks.length ?? 0) > 0
  const isStale = overview !== undefined && (isLost || overview.price?.fresh === false || isDoubtful)
  return (
    <Rows>
      <Row
        label="With protection, closed now"
        value={usdc(equity?.close)}
        isMain
        isStale={isStale}
        name="equity-close"
        note={<Sure equity={equity} certainty={overview === undefined ? undefined : certaintyOf(overview, isLost)} />}
      />
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
      <Row {...toFloorPrice(floor?.distanceOfPrice, overview?.position?.side)} isStale={isStale} name="distance-price" />
    </Rows>
  )
}

/** Where the index stands, in words instead of a sign: past the floor price the cover carries the loss, and an account under it can be safe. */
function toFloorPrice(distance: string | null | undefined, side: string | undefined): { readonly label: string; readonly value: string } {
  const isPast = isNegative(distance)
  const isOver = (side !== 'short') !== isPast
  const size = isPast ? distance?.slice(1) : distance
  return { label: `Index ${isOver ? 'over' : 'under'} the floor price`, value: percent(size) }
}

/** The other end of the interval under the figure, then the reason; room for it from the start, so that ages do not push what is below. */
function Sure({ equity, certainty }: { readonly equity: Equity; readonly certainty: Certainty | undefined }) {
  const isWider = certainty !== undefined && (equity?.staleMarks.length ?? 0) > 0
  return (
    <>
      <span className={styles['to']}>
        to <span data-value="equity-mark">{usdc(equity?.mark)}</span> at mark
      </span>
      <span className={styles['sure']} data-tone={certainty?.tone} data-value="equity-certainty">
        {certainty === undefined ? null : <Glyph tone={certainty.tone} />}
        <span>
          {isWider ? <b>{intervalOf(certainty)}. </b> : null}
          {certainty?.because ?? 'Closed now at bid and ask, and at mark.'}
        </span>
      </span>
    </>
  )
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
