/** The position that is being protected. Liquidation is said for the position alone: with its cover it stands longer. */
import type { Overview, OverviewHedge, OverviewPosition } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { coin, times, usdc } from '../format/decimal.ts'
import { Row, Rows } from '../parts/rows.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './panel.module.css'

export const positionPanel: OverviewPanel = { id: 'position', title: 'Position', zone: 'holdings', Body: Position }

function Position(live: Live) {
  return (
    <Answered
      answer={toldBy(live)}
      minRows={13}
      empty={({ position, hedges }) => (position === null && hedges.length === 0 ? 'No position.' : undefined)}
    >
      {({ position, hedges }) => <Held position={position} hedges={hedges} />}
    </Answered>
  )
}

function Held({ position, hedges }: Pick<Overview, 'position' | 'hedges'>) {
  return (
    <div className={styles['stack']}>
      {position === null ? null : <Own position={position} />}
      {hedges.map((hedge) => (
        <Hedge key={hedge.instrument} hedge={hedge} />
      ))}
    </div>
  )
}

function Own({ position }: { readonly position: OverviewPosition }) {
  return (
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
