/**
 * The committed pictures: every page at three widths, light and dark, of a market that stands still. They hold for one rendering of text; on a machine with
 * other fonts or another Chromium they say nothing, and the comparison says so instead of failing.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { PAGES, PICTURES, settled } from './console-world.ts'
import { openFrozen, SCREENS, type Frozen } from './frozen-market.ts'
import * as inPage from './in-page.ts'
import { differenceOf, readPng, writePng } from './png.ts'

export const SIZES = [
  { width: 360, height: 1_600 },
  { width: 1_024, height: 1_400 },
  { width: 1_920, height: 1_200 },
] as const
export const SCHEMES = ['light', 'dark'] as const
/** A channel may be off by so much (a rare colour takes the nearest of the palette) … */
const CHANNEL_MAX = 40
/** … and so many pixels beyond it: about one short word of a page. */
const SHARE_MAX = 0.001
const RENDERER = join(SCREENS, 'renderer.json')
const STILL_TRIES = 20

type Size = (typeof SIZES)[number]
type Scheme = (typeof SCHEMES)[number]

export interface Shot {
  readonly name: string
  readonly png: Buffer
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
    shots.push({ name: `${id}-${size.width}-${scheme}`, png: await still(page) })
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

/** Undefined: it is the picture that was committed. Otherwise what differs; the new one is put beside the others in `out/e2e`. */
export function differenceFromCommitted({ name, png }: Shot): string | undefined {
  const path = join(SCREENS, `${name}.png`)
  if (!existsSync(path)) return `${name}: there is no committed picture`
  const { share, box } = differenceOf(readPng(readFileSync(path)), readPng(png), CHANNEL_MAX)
  if (share <= SHARE_MAX) return undefined
  mkdirSync(PICTURES, { recursive: true })
  writeFileSync(join(PICTURES, `${name}.png`), png)
  return `${name}: ${(share * 100).toFixed(2)} % of the pixels differ, within ${box?.join(' ')}; see out/e2e/${name}.png`
}

export function commit({ name, png }: Shot): number {
  const bytes = writePng(readPng(png))
  writeFileSync(join(SCREENS, `${name}.png`), bytes)
  return bytes.length
}

export interface Renderer {
  readonly chromium: string
  readonly fonts: readonly string[]
}

export async function rendererOf(browser: Browser, frozen: Frozen): Promise<Renderer> {
  const { page } = await openFrozen(browser, frozen, { width: 1_024, height: 768, scheme: 'light' })
  await page.goto('http://frozen.test/')
  await settled(page)
  const fonts = await page.evaluate(inPage.fontWidths)
  await page.context().close()
  return { chromium: browser.version().split('.', 1)[0] ?? '', fonts }
}

/** Undefined: text comes out as in the committed pictures. Otherwise what is missing here. */
export function whyNotComparable(here: Renderer, committed: Renderer): string | undefined {
  if (here.chromium !== committed.chromium)
    return `pictures not compared: they need Chromium ${committed.chromium}, here is ${here.chromium}; on this one: npm run screens -- --pictures`
  if (here.fonts.join() === committed.fonts.join()) return undefined
  const widths = `a line of text is ${here.fonts.join(' and ')} px wide here, ${committed.fonts.join(' and ')} in them`
  return `pictures not compared: they need the fonts they were taken with (${widths}); with these: npm run screens -- --pictures`
}

export function committedRenderer(): Renderer {
  return JSON.parse(readFileSync(RENDERER, 'utf8')) as Renderer
}

export function commitRenderer(renderer: Renderer): void {
  writeFileSync(RENDERER, `${JSON.stringify(renderer, undefined, 2)}\n`)
}
