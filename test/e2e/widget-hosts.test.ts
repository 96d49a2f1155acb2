/**
 * The widget in pages that mean it ill and over lines that do: hostile styles, axe in both themes, all widths, a slow API, one that goes away in the middle of
 * a purchase, two widgets at once. One server for all.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { coveragesAnswer } from '#api/contract.ts'
import { ensureWidgetBuilt } from '#cli/build-web.mjs'
import { ROOT } from '../source-tree.ts'
import { openBrowser, startBallast, withoutChromium, type Running } from './ballast-process.ts'
import { embed, looks, objections, setAttribute, styleOf, tooWide, untilActive } from './widget-page.ts'

const skip = withoutChromium
const PICTURES = join(ROOT, 'out/e2e')
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const dataFolder = mkdtempSync(join(tmpdir(), 'ballast-widget-'))
let ballast: Running
let browser: Browser

before(async () => {
  if (skip !== false) return
  mkdirSync(PICTURES, { recursive: true })
  assert.ok(await ensureWidgetBuilt(), 'the widget builds')
  ballast = await startBallast(dataFolder, 0, { scenario: 'calm', speed: 60 })
  browser = await openBrowser()
  await stateTwo()
})
after(async () => {
  await browser?.close()
  ballast?.kill()
  rmSync(dataFolder, { recursive: true, force: true })
})

/** The account's own position under its cover, and half a coin that has none. */
async function stateTwo(): Promise<void> {
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    assert.ok(Date.now() < end, 'the demo account is covered')
    const { coverages } = coveragesAnswer.parse(await (await fetch(`${ballast.url}/coverage/active`)).json())
    if (coverages.length > 0) break
  }
  const { positions } = (await (await fetch(`${ballast.url}/portfolio/positions`)).json()) as {
    readonly positions: readonly { readonly id: string; readonly entryPrice: string }[]
  }
  const held = positions.map(({ id, entryPrice }) => ({ id, asset: 'BTC', side: 'long', entryPrice, size: '1', leverage: '5' }))
  const more = { id: 'more-1', asset: 'BTC', side: 'long', entryPrice: '90000', size: '0.5', leverage: '5' }
  await fetch(`${ballast.url}/portfolio/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ accountId: 'demo', positions: [...held, more] }),
  })
}

const newPage = (colorScheme: 'light' | 'dark' = 'light', width = 800): Promise<Page> =>
  browser.newPage({ viewport: { width, height: 1000 }, colorScheme })
const formOf = async (widget: Locator): Promise<void> => {
  await widget.locator('form').waitFor({ timeout: 20_000 })
  await widget.locator('[data-value=preview]').waitFor({ timeout: 20_000 })
}
const OWN = ['color', 'font-size', 'margin-top', 'display'] as const
const button = (widget: Locator, name: string | RegExp): Locator => widget.getByRole('button', { name })

const HOSTILE = `
  * { all: unset !important; color: red !important; font-size: 40px !important; letter-spacing: 9px !important; direction: rtl; }
  html { font-size: 60px !important; --ink: red; --paper: lime; --action: red; }
  ballast-protection { display: none !important; transform: rotate(3deg) !important; --text-m: 50px !important; visibility: hidden !important; opacity: 0; }
  body > * { transform: scale(0.9) !important; filter: invert(1); }
  .card, .first, .root, button, dialog { display: none !important; }`

test(
  '[UI-01] a hostile page changes nothing inside: not by resets, by !important, by its root’s size, nor by custom properties',
  { skip },
  async () => {
    const clean = await newPage()
    await embed(clean, ballast.url)
    await formOf(clean.locator('ballast-protection'))
    const wanted = await looks(clean)
    const before = await styleOf(clean.locator('#own'), ...OWN)
    await setAttribute(clean.locator('#own'), 'class', 'root card first soft amount')
    assert.deepEqual(await styleOf(clean.locator('#own'), ...OWN), before, 'nothing leaks out')
    const page = await newPage()
    await embed(page, ballast.url, { style: HOSTILE })
    const widget = page.locator('ballast-protection')
    await formOf(widget)
    assert.ok(wanted.length > 25, `${wanted.length} parts`)
    assert.deepEqual(await looks(page), wanted)
    await button(widget, 'Audit trail').click()
    await widget.locator('dialog').waitFor()
    assert.deepEqual(await styleOf(widget.locator('dialog'), 'color'), ['rgb(20, 24, 28)'])
    await page.screenshot({ path: join(PICTURES, 'widget-hostile.png') })
    await clean.close()
    await page.close()
  },
)

for (const scheme of ['light', 'dark'] as const) {
  test(`[UI-01] ${scheme}: axe objects to nothing, in the form, the price, the trail`, { skip }, async () => {
    const page = await newPage(scheme)
    await embed(page, ballast.url)
    const widget = page.locator('ballast-protection')
    await formOf(widget)
    await page.evaluate(readFileSync(AXE, 'utf8'))
    await widget.locator('.more summary').first().click()
    assert.deepEqual(await objections(page), [])
    await button(widget, 'Get a firm price').click()
    await widget.locator('[data-value=fee]').waitFor()
    assert.deepEqual(await objections(page), [])
    await button(widget, 'Audit trail').click()
    await widget.locator('.trail li').first().waitFor()
    assert.deepEqual(await objections(page), [])
    await page.close()
  })
}

test('[UI-01] an explicit theme wins over the system’s', { skip }, async () => {
  const page = await newPage('light')
  await embed(page, ballast.url)
  const widget = page.locator('ballast-protection')
  await formOf(widget)
  const paper = async (): Promise<string | undefined> => (await styleOf(widget.locator('.card'), 'background-color'))[0]
  assert.equal(await paper(), 'rgb(252, 252, 250)')
  await setAttribute(widget, 'theme', 'dark')
  assert.equal(await paper(), 'rgb(14, 17, 19)')
  await page.close()
})

test('[UI-01] from 280 to 600 px nothing is wider than its place, and the whole flow fits', { skip }, async () => {
  const page = await newPage()
  for (const width of [280, 320, 400, 600]) {
    await embed(page, ballast.url, { body: `<div style="width: ${width}px"><ballast-protection></ballast-protection></div>` })
    const widget = page.locator('ballast-protection')
    await formOf(widget)
    assert.deepEqual([width, await tooWide(page)], [width, []])
    await button(widget, 'Get a firm price').click()
    await widget.locator('[data-value=fee]').waitFor()
    await widget.locator('.more summary').first().click()
    assert.deepEqual([width, await tooWide(page)], [width, []])
    await widget.screenshot({ path: join(PICTURES, `widget-offer-${width}.png`) })
  }
  await page.close()
})

test('[UI-01] over a slow line it says what it waits for, and no press is sent twice', { skip }, async () => {
  const page = await newPage()
  const quotes: string[] = []
  page.on('request', (request) => void (request.url().endsWith('/put/quote') && quotes.push(request.url())))
  await page.route(/\/(put|portfolio|coverage|risk|pricing)\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await route.continue().catch(() => undefined)
  })
  await embed(page, ballast.url)
  const widget = page.locator('ballast-protection')
  await widget.locator('[aria-busy=true] .skeleton').first().waitFor()
  await widget.getByText('Connecting').waitFor()
  await widget.locator('form').waitFor({ timeout: 20_000 })
  await button(widget, 'Get a firm price').click()
  const asking = button(widget, 'Asking …')
  for (let i = 0; i < 2; i++) await asking.click({ timeout: 400 }).catch(() => undefined)
  assert.equal(quotes.length, 1)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.close()
})

test('[UI-01] a lost line is said, what was known stays and is called old, and it comes back by itself', { skip }, async () => {
  const page = await newPage()
  await embed(page, ballast.url)
  const widget = page.locator('ballast-protection')
  await formOf(widget)
  await page.route(/\/(put|portfolio|coverage|risk|pricing)\//, (route) => route.abort())
  await widget.locator('[data-value=line]', { hasText: 'Not connected' }).waitFor({ timeout: 10_000 })
  assert.match(await widget.locator('[data-position=more-1]').innerText(), /Last known: not protected/)
  assert.equal(await button(widget, 'Get a firm price').isDisabled(), true)
  await page.screenshot({ path: join(PICTURES, 'widget-lost.png') })
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await button(widget, 'Try now').click()
  await widget.locator('[data-value=line]', { hasText: 'Live' }).waitFor({ timeout: 10_000 })
  assert.equal(await button(widget, 'Get a firm price').isDisabled(), false)
  await page.close()
})

test('[UI-01] two on one page are two: one form each, one price each, and no part of one names a part of the other', { skip }, async () => {
  const page = await newPage('light', 1300)
  const two =
    '<div style="display: flex; gap: 8px"><ballast-protection></ballast-protection><ballast-protection theme="dark" tier="Gold"></ballast-protection></div>'
  await embed(page, ballast.url, { body: two })
  const [first, second] = [page.locator('ballast-protection').first(), page.locator('ballast-protection').nth(1)]
  await Promise.all([formOf(first), formOf(second)])
  await button(first, 'Get a firm price').click()
  await first.locator('[data-value=fee]').waitFor()
  assert.equal(await second.locator('[data-value=fee]').count(), 0)
  await second.getByRole('radio', { name: /^5/ }).check({ force: true })
  assert.equal(await second.getByRole('radio', { name: /^5/ }).isChecked(), true)
  await page.evaluate(readFileSync(AXE, 'utf8'))
  assert.deepEqual(await objections(page), [])
  await page.close()
})

test('[C-40] the line breaks in the middle of a purchase: it is said, asked through, and bought once', { skip }, async () => {
  const page = await newPage()
  await embed(page, ballast.url)
  const widget = page.locator('ballast-protection')
  await formOf(widget)
  await button(widget, 'Get a firm price').click()
  await widget.locator('[data-action=activate]').waitFor()
  let broken = 0
  // the first call arrives, its answer does not
  await page.route('**/audit/export', async (route) => {
    if (broken++ > 2) return route.continue()
    if (broken === 1) await route.fetch()
    return route.abort()
  })
  const keys = new Set<string>()
  page.on(
    'request',
    (request) => void (request.url().endsWith('/audit/export') && keys.add(request.headers()['idempotency-key'] ?? 'none')),
  )
  await widget.locator('[data-action=activate]').click()
  await widget
    .getByText(/the order may still be filled/)
    .first()
    .waitFor({ timeout: 10_000 })
  assert.equal(keys.size, 1)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await untilActive(widget, (shown) => shown.click({ timeout: 2_000 }))
  const { coverages } = coveragesAnswer.parse(await (await fetch(`${ballast.url}/coverage/active`)).json())
  assert.equal(coverages.filter(({ positionIds }) => positionIds.join() === 'more-1').length, 1)
  await page.close()
})

test('[UI-01] taken off the page it asks nothing more', { skip }, async () => {
  const page = await newPage()
  await embed(page, ballast.url)
  const widget = page.locator('ballast-protection')
  await widget.locator('.positions li').first().waitFor({ timeout: 20_000 })
  await widget.evaluate((element) => (element as unknown as { remove(): void }).remove())
  await page.waitForTimeout(300)
  let asked = 0
  page.on('request', () => void (asked += 1))
  await page.waitForTimeout(3_000)
  assert.equal(asked, 0)
  await page.close()
})
