/**
 * Lines over market time: the one place that knows uPlot. Lines are told apart by dash as well as colour; colours come from the tokens,
 * read when drawing, so that light and dark switch without a rebuild. The chart is a picture with a sentence for those who cannot see
 * it; its table stands beside it (`panels/chart.tsx`). Charts of the same `group` share their cursor.
 */
import { useEffect, useEffectEvent, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { zoneNow } from '../format/zone.ts'
import { timeTicks, valueTicks } from './axes.ts'
import styles from './time-chart.module.css'

export interface Line {
  readonly label: string
  readonly token: `--series-${string}`
  readonly dash?: readonly number[]
  readonly width: number
  readonly isStep?: boolean
}
interface Props {
  readonly lines: readonly Line[]
  /** Seconds, then one list per line; null where a line has no value. */
  readonly data: readonly (readonly (number | null)[])[]
  readonly group: string
  readonly said: string
  readonly hasTimeAxis: boolean
  /** Ticks of the value axis as text; the same function from one drawing to the next. Absent: whole amounts. */
  readonly ticks?: (values: readonly number[]) => string[]
  /** The place under the pointer, or null when there is none. */
  readonly onPoint: (place: number | null) => void
  /** A stretch of time was marked with the pointer, epoch ms. */
  readonly onMark?: ((from: number, to: number) => void) | undefined
}

/** In CSS pixels at a root size of 16; they grow with it. */
const TICK_TEXT = 12
const AXIS_WIDTH = 60
const TIME_AXIS_HEIGHT = 28

export function TimeChart({ lines, data, group, said, hasTimeAxis, ticks = valueTicks, onPoint, onMark }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const pointed = useEffectEvent((idx: number | null) => onPoint(idx))
  const markedOn = useEffectEvent((from: number, to: number) => onMark?.(from, to))
  const firstData = useEffectEvent(() => data as uPlot.AlignedData)

  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const told = { pointed, marked: markedOn }
    const made = new uPlot(optionsOf(element, { lines, group, hasTimeAxis, ticks }, told), firstData(), element)
    chart.current = made
    const stop = followSurroundings(element, made)
    return () => {
      stop()
      made.destroy()
      chart.current = undefined
    }
  }, [lines, group, hasTimeAxis, ticks])

  useEffect(() => chart.current?.setData(data as uPlot.AlignedData), [data])

  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> cannot hold the canvas that uPlot makes
  return <div ref={place} className={styles['chart']} role="img" aria-label={said} />
}

/** Size from the element, redraw when light turns dark. */
function followSurroundings(element: HTMLElement, chart: uPlot): () => void {
  const sized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: element.clientHeight }))
  sized.observe(element)
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  const redraw = (): void => chart.redraw(false)
  scheme.addEventListener('change', redraw)
  return () => {
    sized.disconnect()
    scheme.removeEventListener('change', redraw)
  }
}

function optionsOf(
  element: HTMLElement,
  { lines, group, hasTimeAxis, ticks }: Required<Pick<Props, 'lines' | 'group' | 'hasTimeAxis' | 'ticks'>>,
  { pointed, marked }: Told,
): uPlot.Options {
  const colour = colours(element)
  const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
  const font = `${TICK_TEXT * scale}px ${getComputedStyle(element).fontFamily}`
  const grid = { stroke: () => colour('--rule'), width: 1 }
  const axis = { stroke: () => colour('--ink-soft'), font, grid, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    tzDate: (seconds) => (zoneNow() === 'utc' ? uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC') : new Date(seconds * 1_000)),
    scales: { y: { range: (_chart, low, high) => (low === high ? aroundOne(low) : uPlot.rangeNum(low, high, 0.1, true)) } },
    legend: { show: false },
    cursor: { sync: { key: group }, y: false, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    padding: [10, 20, hasTimeAxis ? 0 : 10, 0],
    axes: [
      {
        ...axis,
        size: hasTimeAxis ? TIME_AXIS_HEIGHT * scale : 0,
        space: 72 * scale,
        values: (_chart, splits) => (hasTimeAxis ? timeTicks(splits) : splits.map(() => '')),
      },
      { ...axis, size: AXIS_WIDTH * scale, space: 36 * scale, values: (_chart, splits) => ticks(splits) },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, colour))],
    hooks: { setCursor: [({ cursor }) => pointed(cursor.idx ?? null)], setSelect: [(chart) => tellMarked(chart, marked)] },
  }
}

/** A line that stands still gets a range all the same. */
function aroundOne(value: number): [number, number] {
  const room = Math.abs(value) * 0.01 || 1
  return [value - room, value + room]
}

interface Told {
  readonly pointed: (place: number | null) => void
  readonly marked: (from: number, to: number) => void
}

function tellMarked(chart: uPlot, marked: Told['marked']): void {
  const { left, width } = chart.select
  if (width <= 0) return
  const [from, to] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')]
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  marked(from * 1_000, to * 1_000)
}

function seriesOf({ label, token, dash, width, isStep = false }: Line, colour: (token: string) => string): uPlot.Series {
  const stepped = isStep ? uPlot.paths.stepped?.({ align: 1 }) : undefined
  return {
    label,
    stroke: () => colour(token),
    width,
    points: { show: false },
    ...(dash === undefined ? {} : { dash: [...dash] }),
    ...(stepped === undefined ? {} : { paths: stepped }),
  }
}

/** A canvas cannot read `light-dark()`; an element's computed colour can. */
function colours(element: HTMLElement): (token: string) => string {
  const probe = document.createElement('span')
  probe.hidden = true
  element.append(probe)
  return (token) => {
    probe.style.color = `var(${token})`
    return getComputedStyle(probe).color
  }
}
