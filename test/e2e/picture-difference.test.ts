/** What the comparison of pictures and outlines lets pass and what it does not, on pictures made by hand. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Outlined } from './in-page-pictures.ts'
import { differenceOfOutlines } from './outline.ts'
import { differenceOf, tellDifference } from './picture-difference.ts'
import type { Picture } from './png.ts'

function grey(width: number, height: number, shade: (x: number, y: number) => number): Picture {
  const shades = Array.from({ length: width * height }, (_, i) => shade(i % width, Math.floor(i / width)))
  return { width, height, rgb: Uint8Array.from(shades.flatMap((one) => [one, one, one])) }
}
const PAPER = grey(128, 128, () => 200)

test('[UI-04] other shades at the edges of glyphs pass: up to 12 everywhere, more than 12 on 0.15 % of the pixels', () => {
  assert.equal(
    tellDifference(
      differenceOf(
        PAPER,
        grey(128, 128, () => 212),
      ),
    ),
    undefined,
  )
  const edges = grey(128, 128, (x, y) => (y === 0 && x < 24 ? 240 : 200))
  assert.deepEqual(differenceOf(PAPER, edges), { visibleShare: 24 / 16_384, strongInSquare: 0, at: [0, 0] })
  assert.equal(tellDifference(differenceOf(PAPER, edges)), undefined)
})

test('[UI-04] a colour changed by more than that is told, wherever it stands', () => {
  const fainter = grey(128, 128, (x, y) => (y === 0 && x < 25 ? 213 : 200))
  assert.equal(tellDifference(differenceOf(PAPER, fainter)), '0.15 % of the pixels differ')
})

test('[UI-04] more than 32 strong pixels in one square are a word; as many over two squares are not', () => {
  const word = (from: number): Picture =>
    grey(128, 128, (x, y) => (y === 70 && x >= from && x < from + 17 ? 241 : y === 71 && x >= from && x < from + 16 ? 0 : 200))
  assert.deepEqual(differenceOf(PAPER, word(34)), { visibleShare: 33 / 16_384, strongInSquare: 33, at: [32, 64] })
  assert.match(tellDifference(differenceOf(PAPER, word(34))) ?? '', /33 pixels differ strongly in the square of 32 px at 32 64$/)
  assert.equal(differenceOf(PAPER, word(56)).strongInSquare, 17)
})

test('[UI-04] a picture of another size differs altogether', () => {
  assert.equal(
    differenceOf(
      PAPER,
      grey(128, 127, () => 200),
    ).visibleShare,
    1,
  )
})

const PAGE: readonly Outlined[] = [
  ['<main >', [0, 0, 360, 900], 'rgba(0, 0, 0, 0)'],
  ['Floor', [12, 40, 60, 20], 'rgb(20, 24, 28)'],
  ['5,849.92', [200, 40, 62, 20], 'rgb(20, 24, 28)'],
]
function changed(place: number, to: Partial<Record<0 | 1 | 2, unknown>>): readonly Outlined[] {
  return PAGE.map((one, i) => (i === place ? (Object.assign([...one], to) as unknown as Outlined) : one))
}

test('[UI-04] an outline may lie two pixels off, not three', () => {
  assert.equal(differenceOfOutlines(PAGE, changed(1, { 1: [14, 38, 58, 22] })), undefined)
  assert.equal(differenceOfOutlines(PAGE, changed(1, { 1: [12, 43, 60, 20] })), "'Floor' stands at 12 43 60 20, stood at 12 40 60 20")
})

test('[UI-04] another word, another colour, one more and one fewer are told by name', () => {
  assert.equal(differenceOfOutlines(PAGE, changed(1, { 0: 'Level' })), "'Floor' is now 'Level'")
  assert.equal(differenceOfOutlines(PAGE, changed(2, { 2: 'rgb(22, 26, 31)' })), "'5,849.92': rgb(22, 26, 31) instead of rgb(20, 24, 28)")
  const colours = (...all: string[]): readonly Outlined[] => [['<colours>', [0, 0, 0, 0], all.join('; ')]]
  assert.equal(differenceOfOutlines(colours('red', 'green'), colours('green', 'blue')), "'<colours>': blue instead of red")
  assert.equal(differenceOfOutlines(PAGE, PAGE.slice(0, 2)), "'5,849.92' is now nothing")
  assert.equal(differenceOfOutlines(PAGE.slice(0, 2), PAGE), "then comes '5,849.92'")
})
