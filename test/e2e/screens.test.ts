/**
 * Pictures of every page at 360, 1024 and 1920 px, light and dark, against the committed ones. Tolerance: a channel off by 40 of 255, at most one pixel in a
 * thousand beyond it. What changed on purpose is committed anew with `node test/e2e/renew-screens.ts` and looked at.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { openBrowser, withoutChromium } from './ballast-process.ts'
import { readFrozen } from './frozen-market.ts'
import { committedRenderer, differenceFromCommitted, rendererOf, SCHEMES, shoot, SIZES } from './screens.ts'

const skip = withoutChromium
let browser: Browser
let otherRenderer: string | undefined

before(async () => {
  if (skip !== false) return
  assert.ok(await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`) }), 'the page builds')
  browser = await openBrowser()
  const [here, there] = [await rendererOf(browser, readFrozen()), committedRenderer()]
  const isSame = JSON.stringify(here) === JSON.stringify(there)
  otherRenderer = isSame ? undefined : `the pictures are of ${JSON.stringify(there)}, this machine renders as ${JSON.stringify(here)}`
})
after(() => browser?.close())

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
