/**
 * The committed pictures: every page at three widths, light and dark, of a market that stands still, each with the outline of what stands where. The
 * browser draws them alike on every machine (`picture-browser.ts`), so that they are compared on every machine.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { PAGES, PICTURES, settled } from './console-world.ts'
import { openFrozen, SCREENS, type Frozen } from './frozen-market.ts'
import type { Outlined } from './in-page-pictures.ts'
import * as inPage from './in-page-pictures.ts'
import { differenceOfOutlines, type Outlines } from './outline.ts'
import { differenceOf, tellDifference } from './picture-difference.ts'
import { readPng, writePng, type Picture } from './png.ts'

export const SIZES = [
  { width: 360, height: 1_600 },
  { width: 1_024, height: 1_400 },
  { width: 1_920, height: 1_200 },
] as const
export const SCHEMES = ['light', 'dark'] as const
const STILL_TRIES = 20

type Size = (typeof SIZES)[number]
type Scheme = (typeof SCHEMES)[number]

export interface Shot {
  readonly name: string
  readonly png: Buffer
  readonly outline: readonly Outlined[]
}

/** All pages of one size and scheme, each once nothing on it changes any more. */
export async function shoot(
  browser: Browser,
  frozen: Frozen,
  size: Size,
  scheme: Scheme,
): Promise<{ readonly shots: Shot[]; readonly complaints: string[] }> {
  const { page, complaints } = await openFrozen(browser, frozen, { ...size, scheme })
  const shots: Shot[] = []
  for (const { id, path } of PAGES) {
    await page.goto(`http://frozen.test${path}`)
    await settled(page)
    const name = `${id}-${size.width}-${scheme}`
    shots.push({ name, png: await still(page), outline: await page.evaluate(inPage.outline) })
    for (const stray of await page.evaluate(inPage.strayCharacters)) complaints.push(`${name}: no font of the pictures has ${stray}`)
  }
  await page.context().close()
  return { shots, complaints }
}

async function still(page: Page): Promise<Buffer> {
  let before = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  for (let i = 0; i < STILL_TRIES; i++) {
    await page.waitForTimeout(100)
    const next = await page.screenshot({ animations: 'disabled', caret: 'hide' })
    if (next.equals(before)) return next
    before = next
  }
  return before
}

/** Undefined: it looks as it was committed. Otherwise what differs; the new picture is put beside the others in `out/e2e`. */
export function differenceFromCommitted({ name, png, outline }: Shot, outlines: Outlines): string | undefined {
  const path = join(SCREENS, `${name}.png`)
  const [known, before] = [existsSync(path), outlines[name]]
  if (!known || before === undefined) return `${name}: there is no committed picture, or no outline of it`
  const stands = differenceOfOutlines(before, outline)
  const looks = tellDifference(differenceOf(readPng(readFileSync(path)), asCommitted(png)))
  if (stands === undefined && looks === undefined) return undefined
  mkdirSync(PICTURES, { recursive: true })
  writeFileSync(join(PICTURES, `${name}.png`), png)
  return `${name}: ${[stands, looks].filter((told) => told !== undefined).join('; ')}; see out/e2e/${name}.png`
}

/** A rare colour is written as its nearest, so both are compared as they are written. */
function asCommitted(png: Buffer): Picture {
  return readPng(writePng(readPng(png)))
}

export function commit({ name, png }: Shot): number {
  const bytes = writePng(readPng(png))
  writeFileSync(join(SCREENS, `${name}.png`), bytes)
  return bytes.length
}
