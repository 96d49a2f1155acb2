/** Volatility at the money over the time to expiry, and of venues that only price beside it. Time runs by its square root, so that days and months both have room. */
import { surfaceAnswer, type SurfaceAnswer } from '#api/contract-market.ts'
import { AsTable } from '../chart/as-table.tsx'
import { pathOf, Plot } from '../chart/plot.tsx'
import { padded } from '../chart/scale.ts'
import { instant } from '../format/time.ts'
import { useAnswer } from '../live/ask.ts'
import { strikeOf, tenor, vol } from '../model/vols.ts'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './term-structure.module.css'

export const termStructurePanel: FlowPanel = {
  id: 'term-structure',
  title: 'Term structure at the money',
  zone: 'half',
  Body: TermStructure,
}

const TENORS = [1, 7, 30, 90, 180, 360]
type Expiry = Pick<SurfaceAnswer['expiries'][number], 'daysLeft' | 'atmVol'>

function TermStructure() {
  const answer = useAnswer('/api/market/surface', surfaceAnswer, { everyMs: 10_000 })
  return (
    <Answered
      answer={answer}
      minRows={15}
      empty={({ expiries }) => (expiries.length < 2 ? 'Fewer than two expiries have a smile.' : undefined)}
    >
      {(surface) => (
        <>
          <Legend surface={surface} />
          <Term surface={surface} />
          <AsTable
            summary="The term structure as a table"
            heads={['Expiry', 'Time left', 'At the money', 'Forward']}
            rows={() =>
              surface.expiries.map(({ expiryIso, daysLeft, atmVol, forward }) => [
                instant(expiryIso),
                tenor(daysLeft),
                vol(atmVol),
                strikeOf(forward),
              ])
            }
          />
        </>
      )}
    </Answered>
  )
}

function Term({ surface: { expiries, others, venue } }: { readonly surface: SurfaceAnswer }) {
  const last = expiries.at(-1)?.daysLeft ?? 1
  const all = [...expiries, ...others.flatMap((other) => other.expiries)]
  const x = { domain: [0, Math.sqrt(last) * 1.03] as const, format: (root: number) => tenor(Math.round(root * root)), ticks: rootsOf(last) }
  const y = {
    domain: padded(
      all.map(({ atmVol }) => atmVol),
      0.1,
    ),
    format: (value: number) => vol(value, 1),
  }
  return (
    <Plot said={saidOf(venue, expiries)} height={15} x={x} y={y} gutter={3.8}>
      {({ x: across, y: up, rem }) => {
        const placed = (list: readonly Expiry[]) => list.map(({ daysLeft, atmVol }) => [across(Math.sqrt(daysLeft)), up(atmVol)] as const)
        return (
          <>
            {others.map((other) => (
              <path key={other.venue} className={styles['other']} d={pathOf(placed(other.expiries))} />
            ))}
            <path className={styles['own']} d={pathOf(placed(expiries))} />
            {placed(expiries).map(([cx, cy]) => (
              <circle key={cx} className={styles['dot']} cx={cx} cy={cy} r={0.22 * rem} />
            ))}
          </>
        )
      }}
    </Plot>
  )
}

function Legend({ surface: { venue, others } }: { readonly surface: SurfaceAnswer }) {
  return (
    <p className={styles['legend']}>
      <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
        <path className={styles['own']} d="M0 4h28" />
      </svg>{' '}
      {venue}
      {others.map((other) => (
        <span key={other.venue}>
          <svg viewBox="0 0 28 8" aria-hidden="true" focusable="false">
            <path className={styles['other']} d="M0 4h28" />
          </svg>{' '}
          {other.venue}, prices only
        </span>
      ))}
    </p>
  )
}

function rootsOf(last: number): readonly number[] {
  return TENORS.filter((days) => days <= last * 1.02).map(Math.sqrt)
}

function saidOf(venue: string, expiries: readonly Expiry[]): string {
  const [first, last] = [expiries[0], expiries.at(-1)]
  return `Volatility at the money at ${venue}: ${vol(first?.atmVol)} in ${tenor(first?.daysLeft ?? 0)}, ${vol(last?.atmVol)} in ${tenor(last?.daysLeft ?? 0)}`
}
