/** Every page, light and dark, wide and narrow: nothing for axe, nothing scrolls sideways, nothing is pushed about while numbers move. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { PAGES, settled, violationsOn, type Screen, type World } from './console-world.ts'
import * as inPage from './in-page.ts'

const SCREENS: readonly Required<Screen>[] = [
  { width: 1440, height: 900, scheme: 'light' },
  { width: 360, height: 780, scheme: 'dark' },
]
const NARROWEST = { width: 320, height: 640 }
/** For so long; the browser's own measure of how much the layout moved by itself. */
const STILL_MS = 1_200
const SHIFT_MAX = 0.005
const WIDEST = { width: 3_840, height: 2_160 }

export function accessibilityFlows(world: World, skip: string | false): void {
  for (const screen of SCREENS) {
    test(
      `[UI-04] every page at ${screen.width} px, ${screen.scheme}: nothing for axe, nothing pushed about while numbers move`,
      { skip },
      async () => {
        const found: string[] = []
        for (const { path } of PAGES) {
          const page = await world.open(path, screen)
          await settled(page)
          const moved = await page.evaluate(inPage.layoutShiftWithin, STILL_MS)
          if (moved >= SHIFT_MAX) found.push(`${path} moved by ${moved}`)
          found.push(...(await violationsOn(page)).map((violation) => `${path} ${violation}`))
          await page.close()
        }
        assert.deepEqual(found, [])
      },
    )
  }

  test('[UI-04] from 320 px to 4K nothing scrolls sideways on any page', { skip }, async () => {
    const page = await world.blank(NARROWEST)
    const wide: string[] = []
    for (const { path } of PAGES) {
      await page.goto(world.url + path)
      for (const size of [NARROWEST, { width: 768, height: 1_024 }, WIDEST]) {
        await page.setViewportSize(size)
        await settled(page)
        if (!(await page.evaluate(inPage.fitsSideways))) wide.push(`${path} at ${size.width}`)
      }
      await page.setViewportSize(NARROWEST)
    }
    await page.close()
    assert.deepEqual(wide, [])
  })
}
