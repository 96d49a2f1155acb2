/**
 * What stands where on a page, without its pixels: every text, panel and drawing with its box and colour. It says what a picture cannot say exactly, and
 * says it by name: a word changed, a panel moved, a colour not the one it was. Kept for all pages in one compressed file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { SCREENS } from './frozen-market.ts'
import type { Box, Outlined } from './in-page-pictures.ts'

const FILE = join(SCREENS, 'outlines.json.br')
/** Boxes are rounded, and so are the widths they are made of. */
const PIXELS_MAX = 2
const TOLD_MAX = 5

export type Outlines = Readonly<Record<string, readonly Outlined[]>>

export function committedOutlines(): Outlines {
  return JSON.parse(brotliDecompressSync(readFileSync(FILE)).toString('utf8')) as Outlines
}

export function commitOutlines(outlines: Outlines): number {
  const bytes = brotliCompressSync(JSON.stringify(outlines))
  writeFileSync(FILE, bytes)
  return bytes.length
}

/** Undefined: every element stands as it did. Otherwise the first of those that do not. */
export function differenceOfOutlines(before: readonly Outlined[], now: readonly Outlined[]): string | undefined {
  const place = before.findIndex(([what], i) => what !== now[i]?.[0])
  const reads =
    place === -1 ? now[before.length] && `then comes ${told(now[before.length])}` : `${told(before[place])} is now ${told(now[place])}`
  if (reads !== undefined) return reads
  const others = before.flatMap((was, i) => changed(was, now[i] as Outlined) ?? [])
  if (others.length === 0) return undefined
  const rest = others.length > TOLD_MAX ? ` and ${others.length - TOLD_MAX} more` : ''
  return others.slice(0, TOLD_MAX).join('; ') + rest
}

function changed([what, box, colour]: Outlined, [, boxNow, colourNow]: Outlined): string | undefined {
  if (colour !== colourNow) {
    const [was, is] = [colour.split('; '), colourNow.split('; ')]
    return `'${what}': ${is.filter((one) => !was.includes(one)).join(' ')} instead of ${was.filter((one) => !is.includes(one)).join(' ')}`
  }
  return isNear(box, boxNow) ? undefined : `'${what}' stands at ${boxNow.join(' ')}, stood at ${box.join(' ')}`
}

function isNear(a: Box, b: Box): boolean {
  return a.every((side, i) => Math.abs(side - (b[i] as number)) <= PIXELS_MAX)
}

function told(one: Outlined | undefined): string {
  return one === undefined ? 'nothing' : `'${one[0]}'`
}
