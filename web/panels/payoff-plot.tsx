/** The picture of a payoff: two lines, the floor, and where the index is, the strikes are and the venue would close the account. Floats for pixels alone. */
import type { PayoffAnswer } from '#api/contract-protection.ts'
import { valueTicks } from '../chart/axes.ts'
import { pathOf, Plot, type Area } from '../chart/plot.tsx'
import { usdc } from '../format/decimal.ts'
import styles from './payoff.module.css'

type Point = PayoffAnswer['points'][number]
interface Props {
  readonly payoff: PayoffAnswer
  readonly shown: Point | undefined
  readonly onPoint: (index: number | undefined) => void
}

const ticks = (value: number): string => valueTicks([value])[0] ?? ''

export function PayoffPlot({ payoff, shown, onPoint }: Props) {
  const { points, floorEquity } = payoff
  const xs = points.map(({ index }) => Number(index))
  const covered = points.map(({ withCover }) => Number(withCover))
  const bare = points.map(({ withoutCover }) => Number(withoutCover))
  const top = Math.max(...covered, ...bare, Number(floorEquity))
  const x = { domain: [xs[0] ?? 0, xs.at(-1) ?? 1] as const, format: ticks }
  const y = { domain: [Math.min(0, ...covered) - top * 0.02, top * 1.06] as const, format: ticks }
  return (
    <Plot said={saidOf(payoff)} height={20} x={x} y={y} gutter={4} onPoint={onPoint}>
      {(area) => (
        <>
          <Gain area={area} points={points} />
          <Marks area={area} payoff={payoff} />
          <path className={styles['floor']} d={`M${area.left} ${area.y(Number(floorEquity))}H${area.right}`} />
          <Bare area={area} payoff={payoff} />
          <path
            className={styles['with']}
            d={pathOf(points.map((point) => [area.x(Number(point.index)), area.y(Number(point.withCover))]))}
          />
          {shown === undefined ? null : <Pointed area={area} point={shown} />}
        </>
      )}
    </Plot>
  )
}

/** Between the two lines where the cover brings more: what it is for. */
function Gain({ area, points }: { readonly area: Area; readonly points: readonly Point[] }) {
  const gains = points.filter(({ withCover, withoutCover }) => Number(withCover) >= Number(withoutCover))
  if (gains.length < 2) return null
  const low = (value: number): number => Math.min(area.bottom, area.y(value))
  const over = gains.map(({ index, withCover }) => [area.x(Number(index)), area.y(Number(withCover))] as const)
  const under = gains.toReversed().map(({ index, withoutCover }) => [area.x(Number(index)), low(Number(withoutCover))] as const)
  return <path className={styles['gain']} d={`${pathOf([...over, ...under])}Z`} />
}

/** From the index at which the venue would close it on; a cross stands there. */
function Bare({ area, payoff: { points, liquidation } }: { readonly area: Area; readonly payoff: PayoffAnswer }) {
  const closedAt = liquidation.withoutCover === null ? undefined : Number(liquidation.withoutCover)
  const line = points.map(({ index, withoutCover }) => [Number(index), Number(withoutCover)] as const)
  const isRising = (line.at(-1)?.[1] ?? 0) >= (line[0]?.[1] ?? 0)
  const lives = closedAt === undefined ? line : line.filter(([index]) => (isRising ? index > closedAt : index < closedAt))
  const end = closedAt === undefined ? undefined : at(line, closedAt)
  const drawn = end === undefined ? lives : isRising ? [end, ...lives] : [...lives, end]
  const r = 0.35 * area.rem
  return (
    <>
      <path className={styles['without']} d={pathOf(drawn.map(([index, equity]) => [area.x(index), area.y(equity)]))} />
      {end === undefined ? null : (
        <g transform={`translate(${area.x(end[0])} ${area.y(end[1])})`}>
          <path className={styles['cross']} d={`M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}`} />
          <text className={styles['word']} x={isRising ? r * 1.8 : -r * 1.8} dy="0.32em" textAnchor={isRising ? 'start' : 'end'}>
            closed
          </text>
        </g>
      )}
    </>
  )
}

/** Labels stand away from each other, whichever side of the index the strike is on. */
function Marks({ area, payoff: { strikes, indexNow, index } }: { readonly area: Area; readonly payoff: PayoffAnswer }) {
  const middle = Number(indexNow ?? index)
  const lowest = Math.min(...strikes.map(Number))
  const marks = [
    ...strikes.map(Number).map((strike, i) => ({ value: strike, word: `strike ${ticks(strike)}`, isLeft: strike <= middle, row: i + 1 })),
    ...(indexNow === null ? [] : [{ value: middle, word: 'now', isLeft: lowest > middle, row: 0 }]),
  ].filter(({ value }) => value >= area.x.domain[0] && value <= area.x.domain[1])
  return (
    <g aria-hidden="true">
      {marks.map(({ value, word, isLeft, row }) => (
        <g key={word}>
          <path className={styles['mark']} d={`M${area.x(value)} ${area.top}V${area.bottom}`} />
          <text
            className={styles['word']}
            x={area.x(value) + (isLeft ? -0.4 : 0.4) * area.rem}
            y={area.top + (0.5 + row * 1.2) * area.rem}
            textAnchor={isLeft ? 'end' : 'start'}
          >
            {word}
          </text>
        </g>
      ))}
    </g>
  )
}

function Pointed({ area, point }: { readonly area: Area; readonly point: Point }) {
  const x = area.x(Number(point.index))
  const bare = area.y(Number(point.withoutCover))
  return (
    <g aria-hidden="true">
      <path className={styles['pointed']} d={`M${x} ${area.top}V${area.bottom}`} />
      <circle className={styles['dot']} cx={x} cy={area.y(Number(point.withCover))} r={0.3 * area.rem} />
      {bare > area.bottom ? null : <circle className={styles['ring']} cx={x} cy={bare} r={0.25 * area.rem} />}
    </g>
  )
}

/** On the line joined by the points. */
function at(line: readonly (readonly [number, number])[], index: number): readonly [number, number] | undefined {
  const after = line.findIndex(([here]) => here >= index)
  const [left, right] = [line[after - 1], line[after]]
  if (left === undefined || right === undefined) return undefined
  return [index, left[1] + ((right[1] - left[1]) * (index - left[0])) / (right[0] - left[0] || 1)]
}

function saidOf({ points, floorEquity }: PayoffAnswer): string {
  const [first, last] = [points[0], points.at(-1)]
  return `Equity at settlement over the index: with the cover ${usdc(first?.withCover)} at ${usdc(first?.index)} and ${usdc(last?.withCover)} at ${usdc(last?.index)}; without it ${usdc(first?.withoutCover)} and ${usdc(last?.withoutCover)}; floor ${usdc(floorEquity)}`
}
