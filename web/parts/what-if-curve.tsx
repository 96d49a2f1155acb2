/**
 * Equity over the index at the chosen hour and volatility: with covers, without, and the floor; a line stands at the chosen index. A picture
 * alone, drawn from floats; the same points are in the table beside it.
 */
import type { ScenarioAnswer } from '#api/contract-scenario.ts'
import { usdc } from '../format/decimal.ts'
import styles from './what-if-curve.module.css'

const WIDTH = 440
const HEIGHT = 210
const PAD = { left: 8, right: 8, top: 10, bottom: 24 } as const

type Scenario = Pick<ScenarioAnswer, 'curve' | 'floorEquity' | 'index' | 'moved'>

export function WhatIfCurve({ curve, floorEquity, index, moved }: Scenario) {
  const xs = curve.map((point) => Number(point.index))
  const values = curve.flatMap(({ equityClose, unprotected }) => [
    Number(equityClose),
    ...(unprotected === null ? [] : [Number(unprotected)]),
  ])
  const floor = floorEquity === null ? undefined : Number(floorEquity)
  const x = scaled([Math.min(...xs), Math.max(...xs)], [PAD.left, WIDTH - PAD.right])
  const y = scaled([Math.min(0, ...values), Math.max(1, ...values, floor ?? 0)], [HEIGHT - PAD.bottom, PAD.top])
  const path = (of: (point: ScenarioAnswer['curve'][number]) => string | null): string =>
    curve
      .flatMap((point) => {
        const value = of(point)
        return value === null ? [] : [`${x(Number(point.index)).toFixed(1)} ${y(Number(value)).toFixed(1)}`]
      })
      .map((at, i) => (i === 0 ? `M${at}` : `L${at}`))
      .join('')
  const [at, now] = [x(Number(index.moved)), x(Number(index.now))]
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> cannot hold what is drawn here
    <svg className={styles['curve']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={saidOf(curve, floorEquity)}>
      <path className={styles['zero']} d={`M${PAD.left} ${y(0)}H${WIDTH - PAD.right}`} />
      <path className={styles['now']} d={`M${now} ${PAD.top}V${HEIGHT - PAD.bottom}`} />
      {floor === undefined ? null : <path className={styles['floor']} d={`M${PAD.left} ${y(floor)}H${WIDTH - PAD.right}`} />}
      <path className={styles['without']} d={path(({ unprotected }) => unprotected)} />
      <path className={styles['with']} d={path(({ equityClose }) => equityClose)} />
      <path className={styles['at']} d={`M${at} ${PAD.top}V${HEIGHT - PAD.bottom}`} />
      <circle className={styles['dot']} cx={at} cy={y(Number(moved.equityClose))} r="5" />
      {[0, Math.floor(curve.length / 2), curve.length - 1].map((place) => (
        <text key={place} className={styles['tick']} x={x(xs[place] ?? 0)} y={HEIGHT - 6} textAnchor={anchorOf(place, curve.length)}>
          {usdc(curve[place]?.index).replace(/\.\d\d$/, '')}
        </text>
      ))}
    </svg>
  )
}

function anchorOf(place: number, count: number): 'start' | 'middle' | 'end' {
  return place === 0 ? 'start' : place === count - 1 ? 'end' : 'middle'
}

function scaled([low, high]: readonly [number, number], [from, to]: readonly [number, number]): (value: number) => number {
  const span = high - low || 1
  return (value) => Math.min(Math.max(from, to), Math.max(Math.min(from, to), from + ((value - low) / span) * (to - from)))
}

function saidOf(curve: Scenario['curve'], floorEquity: string | null): string {
  const [first, last] = [curve[0], curve.at(-1)]
  const floor = floorEquity === null ? 'no floor' : `the floor at ${usdc(floorEquity)}`
  return `Equity over the index: with protection ${usdc(first?.equityClose)} at ${usdc(first?.index)} and ${usdc(last?.equityClose)} at ${usdc(last?.index)}, without ${usdc(first?.unprotected)} and ${usdc(last?.unprotected)}, ${floor}`
}
