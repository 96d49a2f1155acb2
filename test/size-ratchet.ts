/**
 * Sizes of files and functions against the house's limits. `ratchet.json` holds what the tree has reached: it may only go down, so a
 * limit that was met once stays met. `npm run ratchet` lowers it to today's sizes (medians and shares with a little room).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { SourceFacts } from './parse-source.ts'

export interface Sizes {
  readonly fileLinesMax: number
  readonly fileLinesMedian: number
  readonly fileLinesP90: number
  readonly functionLinesMax: number
  readonly functionLinesP90: number
}

export const HOUSE_LIMITS: Sizes = {
  fileLinesMax: 400,
  fileLinesMedian: 100,
  fileLinesP90: 250,
  functionLinesMax: 60,
  functionLinesP90: 30,
}
const RATCHET = new URL('./ratchet.json', import.meta.url)

export function readRatchet(): Sizes {
  return JSON.parse(readFileSync(RATCHET, 'utf8')) as Sizes
}

export function measureSizes(sources: readonly SourceFacts[]): Sizes {
  const files = sorted(sources.map(({ lines }) => lines))
  const functions = sorted(sources.flatMap((source) => source.functions.map(({ lines }) => lines)))
  return {
    fileLinesMax: files.at(-1) ?? 0,
    fileLinesMedian: quantile(files, 0.5),
    fileLinesP90: quantile(files, 0.9),
    functionLinesMax: functions.at(-1) ?? 0,
    functionLinesP90: quantile(functions, 0.9),
  }
}

/** Names the worst files and functions, since the share alone helps nobody to mend it. */
export function sizeOffences(sources: readonly SourceFacts[], limits: Sizes): string[] {
  const sizes = measureSizes(sources)
  const files = sources
    .filter(({ lines }) => lines > limits.fileLinesMax)
    .map(({ file, lines }) => `${file}:1 has ${lines} lines, limit ${limits.fileLinesMax}`)
  const functions = sources.flatMap(({ file, functions: found }) =>
    found
      .filter(({ lines }) => lines > limits.functionLinesMax)
      .map(({ name, line, lines }) => `${file}:${line} ${name} has ${lines} lines, limit ${limits.functionLinesMax}`),
  )
  const shares = (['fileLinesMedian', 'fileLinesP90', 'functionLinesP90'] as const)
    .filter((key) => sizes[key] > limits[key])
    .map((key) => `${key} is ${sizes[key]}, limit ${limits[key]}; the longest: ${longest(sources, key)}`)
  return [...files, ...functions, ...shares]
}

export function tighten(now: Sizes, was: Sizes): Sizes {
  const lower = (key: keyof Sizes, room: number): number => Math.min(was[key], Math.ceil(now[key] * room))
  return {
    fileLinesMax: lower('fileLinesMax', 1),
    fileLinesMedian: lower('fileLinesMedian', 1.1),
    fileLinesP90: lower('fileLinesP90', 1.1),
    functionLinesMax: lower('functionLinesMax', 1),
    functionLinesP90: lower('functionLinesP90', 1.1),
  }
}

export function writeRatchet(sizes: Sizes): void {
  writeFileSync(RATCHET, `${JSON.stringify(sizes, null, 2)}\n`)
}

function longest(sources: readonly SourceFacts[], key: 'fileLinesMedian' | 'fileLinesP90' | 'functionLinesP90'): string {
  const candidates =
    key === 'functionLinesP90'
      ? sources.flatMap(({ file, functions }) => functions.map(({ name, line, lines }) => ({ at: `${file}:${line} ${name}`, lines })))
      : sources.map(({ file, lines }) => ({ at: file, lines }))
  const worst = candidates.toSorted((a, b) => b.lines - a.lines).slice(0, 5)
  return worst.map(({ at, lines }) => `${at} (${lines})`).join(', ')
}

/** Nearest rank; the median of an even count is the lower of the two in the middle. */
function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? 0
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b)
}
