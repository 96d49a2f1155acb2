/** The position that is being protected. Liquidation is said for the position alone: with its cover it stands longer. */
import type { OverviewHedge } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { coin, times, usdc } from '../format/decimal.ts'
import { Row, Rows } from '../parts/rows.tsx'
import type { Panel } from './panel.ts'
import styles from './panel.module.css'

export const positionPanel: Panel = { id: 'position', title: 'Position', page: 'overview', zone: 'holdings', Body: Position }

function Position({ overview }: Live) {
  const position = overview?.position
  if (overview === undefined) return <p className={styles['quiet']}>–</p>
  if (position === null || position === undefined) return <p className={styles['quiet']}>No position.</p>
  return (
    <div className={styles['stack']}>
      <section aria-label={position.instrument}>
        <h3 className={styles['subject']}>
          <span>{position.instrument}</span>
          <span className={styles['state']}>{position.side}</span>
        </h3>
        <Rows>
          <Row label="Size, BTC" value={coin(position.size)} />
          <Row label="Entry, USDC" value={usdc(position.entryPrice)} />
          <Row label="Mark, USDC" value={usdc(position.markPrice)} />
          <Row label="Profit and loss, USDC" value={usdc(position.pnlUsdc, true)} />
          <Row label="Leverage, set" value={times(position.leverageSet)} />
          <Row label="Leverage, effective" value={times(position.leverageEffective)} />
          <Row label="Liquidation without cover, USDC" value={usdc(position.liquidationPriceWithoutCover)} />
        </Rows>
      </section>
      {overview.hedges.map((hedge) => (
        <Hedge key={hedge.instrument} hedge={hedge} />
      ))}
    </div>
  )
}

/** Held against the position, beside its cover. */
function Hedge({ hedge }: { readonly hedge: OverviewHedge }) {
  const { instrument, side, size, entryPrice, markPrice, pnlUsdc } = hedge
  return (
    <section aria-label={`hedge, ${instrument}`}>
      <h3 className={styles['subject']}>
        <span>Hedge, {instrument}</span>
        <span className={styles['state']}>{side}</span>
      </h3>
      <Rows>
        <Row label="Size, BTC" value={coin(size)} />
        <Row label="Entry, USDC" value={usdc(entryPrice)} />
        <Row label="Mark, USDC" value={usdc(markPrice)} />
        <Row label="Profit and loss, USDC" value={usdc(pnlUsdc, true)} />
      </Rows>
    </section>
  )
}
