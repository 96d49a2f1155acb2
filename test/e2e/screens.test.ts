/**
 * Pictures of every page at 360, 1024 and 1920 px, light and dark, against the committed ones, and so what stands where (`outline.ts`). The tolerance is told in
 * `picture-difference.ts`. What changed on purpose is committed anew with `npm run screens` and looked at. Chromium is all a machine needs: the
 * fonts come with the development packages. Without Chromium the tests are skipped and say so; where CI is set they fail instead.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { withoutChromium } from './ballast-process.ts'
import { readFrozen } from './frozen-market.ts'
import { strayCharacters } from './in-page-pictures.ts'
import { committedOutlines } from './outline.ts'
import { bringFonts, openPictureBrowser } from './picture-browser.ts'
import { differenceFromCommitted, SCHEMES, shoot, SIZES } from './screens.ts'

const RENEW = 'renew with: npm run screens -- --pictures'
const skip = withoutChromium
const outlines = committedOutlines()
let browser: Browser

before(async () => {
  if (skip !== false) return
  assert.ok(await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`) }), 'the page builds')
  browser = await openPictureBrowser()
})
after(() => browser?.close())

test('[UI-04] a character that no font of the pictures has is told, with its family', { skip }, async () => {
  const page = await browser.newPage()
  await bringFonts(page)
  const html = '<style>b::after { content: "☃▾" }</style><p style="font-family: Inter">Floor ▸ −1,234.56 漢 <b>σ</b>'
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }))
  await page.goto('http://frozen.test/')
  assert.deepEqual(await page.evaluate(strayCharacters), ['漢 in Inter', '☃ in Inter'])
  await page.close()
})

for (const size of SIZES) {
  for (const scheme of SCHEMES) {
    test(`[UI-04] every page at ${size.width} px, ${scheme}, looks as it was committed`, { skip }, async () => {
      const { shots, complaints } = await shoot(browser, readFrozen(), size, scheme)
      assert.deepEqual(
        complaints,
        [],
        'every question was recorded, every answer fits, every character has a font; renew with: npm run screens',
      )
      const differences = shots.flatMap((shot) => differenceFromCommitted(shot, outlines) ?? [])
      assert.deepEqual(differences, [], `look at the pictures; ${RENEW}`)
    })
  }
}
