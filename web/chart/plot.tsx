/**
 * The frame of a chart drawn as SVG: axes with round ticks, a grid as faint as can be read, the picture's sentence for who cannot see it. Drawn in
 * the pixels of its place, so that type keeps its size from a phone to a wall; before the place is measured it is empty and as high as it will be.
 * Whoever uses it puts the same figures in a table beside it (`as-table.tsx`).
 */
import { useLayoutEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react'
import { linear, niceTicks, type Scale } from './scale.ts'
import styles from './plot.module.css'

export interface Axis {
  readonly domain: readonly [number, number]
  readonly format: (value: number) => string
  /** Instead of round ones. */
  readonly ticks?: readonly number[]
}
export interface Area {
  readonly x: Scale
  readonly y: Scale
  /** Pixels of the drawing itself. */
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly rem: number
}
interface Props {
  readonly said: string
  /** In rem. */
  readonly height?: number
  readonly x: Axis
  readonly y: Axis
  /** Room for the labels of y, in rem. */
  readonly gutter?: number
  /** Where the pointer is along x, in values; undefined when it has left. */
  readonly onPoint?: (value: number | undefined) => void
  readonly children: (area: Area) => ReactNode
}

const TICK_SPACE = { x: 5, y: 2.6 } as const // rem
const LABEL_SPACE = 3.25

export function Plot({ said, height = 18, x, y, gutter = 3.4, onPoint, children }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const { width, rem } = useSize(place)
  const area = width === 0 ? undefined : areaOf({ width, height: height * rem, rem, gutter, x, y })
  const point = (event: PointerEvent<SVGSVGElement>): void => {
    if (area === undefined || onPoint === undefined) return
    const at = area.x.at(event.clientX - event.currentTarget.getBoundingClientRect().left)
    onPoint(Math.min(x.domain[1], Math.max(x.domain[0], at)))
  }
  return (
    <div ref={place} className={styles['plot']} style={{ height: `${height}rem` }}>
      {area === undefined ? null : (
        <svg
          className={styles['svg']}
          width={width}
          height={height * rem}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> cannot hold a drawing that is made here
          role="img"
          aria-label={said}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => onPoint?.(undefined)}
        >
          <Grid area={area} x={x} y={y} />
          {children(area)}
        </svg>
      )}
    </div>
  )
}

function Grid({ area, x, y }: { readonly area: Area; readonly x: Axis; readonly y: Axis }) {
  const { left, right, top, bottom, rem } = area
  const xTicks = apart(x.ticks ?? niceTicks(x.domain, Math.max(2, Math.floor((right - left) / (TICK_SPACE.x * rem)))), area)
  const yTicks = y.ticks ?? niceTicks(y.domain, Math.max(2, Math.floor((bottom - top) / (TICK_SPACE.y * rem))))
  return (
    <g aria-hidden="true">
      {yTicks.map((value) => (
        <g key={`y${value}`}>
          <path className={styles['grid']} d={`M${left} ${area.y(value)}H${right}`} />
          <text className={styles['tick']} x={left - 0.5 * rem} y={area.y(value)} dy="0.32em" textAnchor="end">
            {y.format(value)}
          </text>
        </g>
      ))}
      {xTicks.map((value) => (
        <text key={`x${value}`} className={styles['tick']} x={area.x(value)} y={bottom + 1.1 * rem} textAnchor={anchorAt(area, value)}>
          {x.format(value)}
        </text>
      ))}
      <path className={styles['axis']} d={`M${left} ${bottom}H${right}`} />
    </g>
  )
}

/** Without those whose labels would meet; labels at the edges stand beside their tick, so that they reach further in. */
function apart(ticks: readonly number[], area: Area): readonly number[] {
  let last = -Infinity
  return ticks.filter((value) => {
    const anchor = anchorAt(area, value)
    const middle = area.x(value) + (anchor === 'start' ? 1 : anchor === 'end' ? -1 : 0) * (LABEL_SPACE / 2) * area.rem
    const isClear = middle - last >= LABEL_SPACE * area.rem
    if (isClear) last = middle
    return isClear
  })
}

/** A label at an edge stays inside the picture. */
function anchorAt({ x, left, right, rem }: Area, value: number): 'start' | 'middle' | 'end' {
  const at = x(value)
  return at - left < rem ? 'start' : right - at < 1.5 * rem ? 'end' : 'middle'
}

interface Box {
  readonly width: number
  readonly height: number
  readonly rem: number
  readonly gutter: number
  readonly x: Axis
  readonly y: Axis
}

function areaOf({ width, height, rem, gutter, x, y }: Box): Area {
  const [left, right, top, bottom] = [gutter * rem, width - 0.5 * rem, 0.75 * rem, height - 1.6 * rem]
  return { left, right, top, bottom, rem, x: linear(x.domain, [left, right]), y: linear(y.domain, [bottom, top]) }
}

function useSize(place: React.RefObject<HTMLDivElement | null>): { readonly width: number; readonly rem: number } {
  const [size, setSize] = useState({ width: 0, rem: 16 })
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const measure = (): void =>
      setSize({ width: element.clientWidth, rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) })
    measure()
    const watched = new ResizeObserver(measure)
    watched.observe(element)
    return () => watched.disconnect()
  }, [place])
  return size
}

/** Points in pixels as one line. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
}
