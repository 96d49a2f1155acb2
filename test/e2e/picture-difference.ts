/**
 * How much two pictures of one size differ, told in two measures, neither of which depends on how large the page is or where it changed. A colour: the share
 * of all pixels that differ visibly at all. A word, a line, a place: the most pixels that differ strongly within any one square of 32 px. Glyphs drawn by another
 * release of the browser have other shades at their edges, few of them and spread over the page; both measures are above that.
 */
import type { Picture } from './png.ts'

/** Out of 255, in the channel that differs most. */
const VISIBLE = 12
const STRONG = 40
const SQUARE = 32
const VISIBLE_SHARE_MAX = 0.0015
const STRONG_PER_SQUARE_MAX = 32

export interface Difference {
  readonly visibleShare: number
  /** In the square where most differ, which begins at `at`. */
  readonly strongInSquare: number
  readonly at: readonly [left: number, top: number]
}

export function differenceOf(a: Picture, b: Picture): Difference {
  if (a.width !== b.width || a.height !== b.height) return { visibleShare: 1, strongInSquare: SQUARE ** 2, at: [0, 0] }
  const across = Math.ceil(a.width / SQUARE)
  const strong = new Uint16Array(across * Math.ceil(a.height / SQUARE))
  let visible = 0
  for (let pixel = 0; pixel < a.width * a.height; pixel++) {
    const off = distance(a.rgb, b.rgb, pixel * 3)
    if (off > VISIBLE) visible += 1
    if (off <= STRONG) continue
    const square = Math.floor(pixel / a.width / SQUARE) * across + Math.floor((pixel % a.width) / SQUARE)
    strong[square] = (strong[square] as number) + 1
  }
  const worst = strong.reduce((best, count, square) => (count > (strong[best] as number) ? square : best), 0)
  return {
    visibleShare: visible / (a.width * a.height),
    strongInSquare: strong[worst] ?? 0,
    at: [(worst % across) * SQUARE, Math.floor(worst / across) * SQUARE],
  }
}

/** Undefined: what differs is no more than another release of the browser makes of the same page. */
export function tellDifference({ visibleShare, strongInSquare, at }: Difference): string | undefined {
  const told = [
    ...(visibleShare > VISIBLE_SHARE_MAX ? [`${(visibleShare * 100).toFixed(2)} % of the pixels differ`] : []),
    ...(strongInSquare > STRONG_PER_SQUARE_MAX
      ? [`${strongInSquare} pixels differ strongly in the square of ${SQUARE} px at ${at.join(' ')}`]
      : []),
  ]
  return told.length === 0 ? undefined : told.join(', ')
}

function distance(a: Uint8Array, b: Uint8Array, at: number): number {
  let most = 0
  for (let channel = at; channel < at + 3; channel++) most = Math.max(most, Math.abs((a[channel] as number) - (b[channel] as number)))
  return most
}
