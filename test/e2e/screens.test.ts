/**
 * Pictures of every page at 360, 1024 and 1920 px, light and dark, against the committed ones. Tolerance: a channel off by 40 of 255, at most one pixel in a
 * thousand beyond it. What changed on purpose is committed anew with `npm run screens` and looked at. Where text is rendered otherwise than in the
 * committed pictures (another Chromium, other fonts) they cannot be compared: that is skipped, also in CI, with what would be needed; that every page
 * asks only what was recorded and reads the answers is tested all the same.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { openBrowser, withoutChromium } from './ballast-process.ts'
import { readFrozen } from './frozen-market.ts'
import { committedRenderer, differenceFromCommitted, rendererOf, SCHEMES, shoot, SIZES, whyNotComparable } from './screens.ts'

const skip = withoutChromium
let browser: Browser
let otherRenderer: string | undefined

before(async () => {
  if (skip !== false) return
  assert.ok(await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`) }), 'the page builds')
  browser = await openBrowser()
  const [here, there] = [await rendererOf(browser, readFrozen()), committedRenderer()]
  otherRenderer = whyNotComparable(here, there)
})
after(() => browser?.close())

test('[UI-04] where pictures cannot be compared it is said what they need', () => {
  const committed = { chromium: '156', fonts: ['1751.3', '1980.3'] }
  assert.equal(whyNotComparable({ ...committed, fonts: [...committed.fonts] }, committed), undefined)
  assert.match(whyNotComparable({ ...committed, chromium: '157' }, committed) ?? '', /they need Chromium 156, here is 157;/)
  assert.match(whyNotComparable({ ...committed, fonts: ['1751.3', '1979'] }, committed) ?? '', /the fonts .*1751\.3 and 1979 px wide here/)
})

for (const size of SIZES) {
  for (const scheme of SCHEMES) {
    test(`[UI-04] every page at ${size.width} px, ${scheme}, looks as it was committed`, { skip }, async (t) => {
      const { shots, complaints } = await shoot(browser, readFrozen(), size, scheme)
      assert.deepEqual(complaints, [], 'every question was recorded and every answer fits; renew with: node test/e2e/renew-screens.ts')
      if (otherRenderer !== undefined) return t.skip(otherRenderer)
      const differences = shots.flatMap((shot) => differenceFromCommitted(shot) ?? [])
      assert.deepEqual(differences, [], 'look at the pictures; renew with: node test/e2e/renew-screens.ts')
    })
  }
}
