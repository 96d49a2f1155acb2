/**
 * Scales of a chart: instants and amounts to shares of its width and height, ticks at round values. Heckbert (1990), Nice Numbers for Graph
 * Labels: steps of 1, 2, 2.5 and 5 times a power of ten. Days tick at 00:00 UTC, thinned to whole numbers of days. Edges: a flat series gets a
 * band around it.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { DAY_MS } from '#units/time.ts'

export interface Tick {
  /** 0 to 1 from the left, or from the bottom. */
  readonly place: number
  readonly label: string
}
export interface Scale {
  readonly place: (value: number) => number
  readonly ticks: readonly Tick[]
}

export function amountScale(values: readonly number[], { includeZero }: { readonly includeZero: boolean }): Scale {
  const all = includeZero ? [...values, 0] : values
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const step = stepOf((high - low || Math.abs(high) || 1) / 5)
  const from = Math.floor(low / step) * step
  const to = Math.max(Math.ceil(high / step) * step, from + step)
  const place = (value: number): number => (value - from) / (to - from)
  const ticks: Tick[] = []
  for (let k = 0; from + k * step <= to + step / 2; k++) ticks.push({ place: place(from + k * step), label: grouped(from + k * step) })
  return { place, ticks }
}

export function timeScale(from: number, to: number): Scale {
  const width = Math.max(to - from, 1)
  const place = (at: number): number => (at - from) / width
  const everyDays = Math.max(1, Math.ceil(width / DAY_MS / 10))
  const ticks: Tick[] = []
  for (let day = Math.ceil(from / DAY_MS); day * DAY_MS <= to; day += everyDays) {
    ticks.push({ place: place(day * DAY_MS), label: isoFromEpochMs(day * DAY_MS).slice(5, 10) })
  }
  return { place, ticks }
}

function stepOf(rough: number): number {
  let power = 1
  while (power * 10 <= rough) power *= 10
  while (power > rough) power /= 10
  return (([1, 2, 2.5, 5].find((nice) => nice * power >= rough) ?? 10) as number) * power
}

function grouped(value: number): string {
  const text = String(Math.round(Math.abs(value) * 100) / 100)
  const [whole = '', fraction] = text.split('.')
  const number = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`)
  return value < 0 ? `\u2212${number}` : number
}
