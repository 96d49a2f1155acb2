/**
 * The widget in a real browser over the real `ballast start`, in the example page of a partner: from open to an active cover by mouse and by keyboard alone,
 * audit and certificate, expiry and confirming again, consent. One server for all, in this order. Pictures go to `out/e2e/`.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { coveragesAnswer } from '#api/contract.ts'
import type { ActiveCoverage } from '#api/contract.ts'
import { ensureWidgetBuilt } from '#cli/build-web.mjs'
import { ROOT } from '../source-tree.ts'
import { openBrowser, startBallast, withoutChromium, type Running } from './ballast-process.ts'
import { focused, setAttribute, tabTo, untilActive } from './widget-page.ts'

const skip = withoutChromium
const PICTURES = join(ROOT, 'out/e2e')
const dataFolder = mkdtempSync(join(tmpdir(), 'ballast-widget-'))
let ballast: Running
let browser: Browser
const complaints: string[] = []

before(async () => {
  if (skip !== false) return
  mkdirSync(PICTURES, { recursive: true })
  assert.ok(await ensureWidgetBuilt(), 'the widget builds')
  ballast = await startBallast(dataFolder, 0, { scenario: 'calm', speed: 60 })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  ballast?.kill()
  rmSync(dataFolder, { recursive: true, force: true })
})

async function open({ width = 1200, scheme = 'light' as 'light' | 'dark', listens = true } = {}): Promise<{
  readonly page: Page
  readonly widget: Locator
}> {
  const page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme: scheme })
  if (listens) {
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
    page.on('pageerror', (error) => void complaints.push(error.message))
  }
  return { page, widget: page.locator('ballast-protection').first() }
}

async function example(options = {}): Promise<{ readonly page: Page; readonly widget: Locator }> {
  const opened = await open(options)
  await opened.page.goto(`${ballast.url}/widget/example`)
  await opened.widget.locator('.positions li').nth(1).waitFor({ timeout: 20_000 })
  return opened
}

const covers = async (): Promise<readonly ActiveCoverage[]> =>
  coveragesAnswer.parse(await (await fetch(`${ballast.url}/coverage/active?accountId=demo`)).json()).coverages
const plain = (text: string | null): string => (text ?? '').replaceAll('\u00a0', ' ').replace(/[^\d.-]/g, '')
const button = (widget: Locator, name: string | RegExp): Locator => widget.getByRole('button', { name })

test('the demo account’s own cover stands first', { skip }, async () => {
  for (const end = Date.now() + 30_000; (await covers()).length === 0;) {
    assert.ok(Date.now() < end, 'the demo account is covered')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
})

test('[UI-01] by mouse: from open to an active cover, which is the one the API has', { skip }, async () => {
  const { page, widget } = await example()
  await widget.locator('[data-value=preview]').waitFor({ timeout: 20_000 })
  await page.screenshot({ path: join(PICTURES, 'widget-form.png') })
  await button(widget, 'Get a firm price').click()
  await widget.locator('[data-value=fee]').waitFor()
  // at least half a minute to read it; the quote's own half minute counts in market time, which is known to within an answer's way
  assert.match(await widget.locator('[data-value=hold]').innerText(), /^(3[01]|2\d)\u00a0s$/)
  await untilActive(widget, (shown) => shown.click({ timeout: 2_000 }))
  const bought = widget.locator('[data-new=true]')
  const own = (await covers()).find(({ positionIds }) => positionIds.join() === 'ng-2')
  assert.ok(own !== undefined)
  assert.equal(await bought.getAttribute('data-cover'), own.coverageId)
  assert.equal(plain(await bought.locator('[data-value=floor-equity]').innerText()), Number(own.floorEquity).toFixed(2))
  assert.equal(plain(await bought.locator('[data-value=paid]').innerText()), Number(own.feeUsdc).toFixed(2))
  assert.match(await page.locator('#heard').innerText(), new RegExp(`activated: ${own.coverageId}`))
  assert.match(await focused(page), /^SUMMARY Active/)
  await page.screenshot({ path: join(PICTURES, 'widget-active.png') })
  await page.close()
})

test(
  '[UI-02] the audit trail is a modal: the focus stays in it, Escape gives it back; the certificate is the API’s',
  { skip },
  async () => {
    const { page, widget } = await example()
    await button(widget, 'Audit trail').click()
    await widget.locator('.trail li[data-event=coverage_activated]').first().waitFor()
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press(i % 7 === 6 ? 'Shift+Tab' : 'Tab')
      assert.match(await focused(page), / in dialog /)
    }
    await page.keyboard.press('Escape')
    await widget.locator('dialog').waitFor({ state: 'detached' }) // the focus goes back as the modal goes
    assert.equal(await focused(page), 'BUTTON Audit trail')
    const [first] = await covers()
    const card = widget.locator(`[data-cover=${first?.coverageId ?? ''}]`)
    if ((await card.getAttribute('open')) === null) await card.locator('summary').first().click()
    await card.getByRole('button', { name: 'Certificate' }).click()
    const certificate = (await (await fetch(`${ballast.url}/coverage/${first?.coverageId ?? ''}/certificate`)).json()) as {
      readonly digest: string
    }
    assert.equal(await widget.locator('.digest').innerText(), certificate.digest)
    await page.close()
  },
)

test('[UI-01] by keyboard alone: from the page’s own button to an active cover, with the focus where it belongs', { skip }, async () => {
  const { page, widget } = await example()
  await page.locator('#add').focus()
  await page.keyboard.press('Enter')
  await widget.locator('form').waitFor()
  await page.locator('#theme').focus() // before the widget in the page's order of reading
  await tabTo(page, /^BUTTON Get a firm price/)
  await page.keyboard.press('Enter')
  await widget.locator('[data-action=activate]').waitFor()
  assert.match(await focused(page), /^H3 (Asking|Firm price)/)
  await untilActive(widget, async (shown) => {
    await shown.focus()
    await page.keyboard.press('Enter')
  })
  assert.match(await focused(page), /^SUMMARY Active/)
  assert.equal((await covers()).filter(({ positionIds }) => positionIds.join() === 'ng-3').length, 1)
  await page.close()
})

test('[UI-01] an offer expires, is asked for again, and a price that moved has to be accepted', { skip }, async () => {
  const { page, widget } = await open()
  await page.clock.install()
  await page.goto(`${ballast.url}/widget/example`)
  await page.clock.runFor(500)
  await page.locator('#add').click()
  await widget.locator('form').waitFor()
  await button(widget, 'Get a firm price').click()
  await widget.locator('[data-action=activate]').waitFor()
  await page.clock.runFor(31_000)
  await widget.getByText('This price has expired.').first().waitFor()
  assert.equal(await widget.locator('[data-action=activate]').count(), 0)
  let dearer = 0
  await page.route('**/put/quote', async (route) => {
    const answer = await route.fetch()
    const quote = (await answer.json()) as { feeUsdc?: string }
    if (quote.feeUsdc !== undefined && dearer++ > 0) quote.feeUsdc = String(Number(quote.feeUsdc) + 500)
    await route.fulfill({ response: answer, json: quote })
  })
  await widget.locator('[data-action=again]').click()
  await widget.locator('[data-action=activate]').waitFor()
  await page.clock.runFor(8_000)
  await button(widget, /^Accept/).waitFor()
  await widget
    .getByText(/The price moved from/)
    .first()
    .waitFor()
  await button(widget, /^Accept/).click()
  await button(widget, /^Activate for/).waitFor()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.close()
})

/** A fixed price under what a cover costs, and within the caps of a pass-through; the market decides which. */
async function fixedPriceBelow(): Promise<string> {
  const ask = async (more: object): Promise<{ readonly status: string; readonly feeUsdc?: string }> => {
    const body = {
      accountId: 'demo',
      asset: 'BTC',
      side: 'long',
      tierName: 'Bronze',
      leverage: '5',
      positionSize: '0.5',
      drawdownFloorPct: '0.1',
      tenorDays: '2',
      ...more,
    }
    const answer = await fetch(`${ballast.url}/put/quote`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as { readonly status: string; readonly feeUsdc?: string }
  }
  for (let tries = 0; tries < 10; tries++) {
    const { feeUsdc = '0' } = await ask({})
    for (const share of [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]) {
      const fixedPriceUsdc = (Number(feeUsdc) * share).toFixed(2)
      if ((await ask({ fixedPriceUsdc, allowPremiumPassThrough: true })).status.startsWith('pass_through')) return fixedPriceUsdc
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  throw new Error('no fixed price leads to a pass-through')
}

test('[P-04] a price over the fixed price is activated with consent alone', { skip }, async () => {
  const { page, widget } = await example()
  await page.locator('#add').click()
  await widget.locator('form').waitFor()
  await setAttribute(widget, 'fixed-price', await fixedPriceBelow())
  await button(widget, 'Get a firm price').click()
  const consent = widget.getByRole('checkbox', { name: /I agree to pay/ })
  await consent.waitFor()
  await button(widget, /^Activate for/).click()
  await widget.getByText('Tick the box to go on').waitFor()
  const asked = page.waitForRequest('**/audit/export')
  await consent.check()
  await page.screenshot({ path: join(PICTURES, 'widget-consent.png') })
  await untilActive(widget, async (shown) => {
    if ((await consent.isVisible()) && !(await consent.isChecked())) await consent.check()
    await shown.click({ timeout: 2_000 })
  })
  const sent = (await asked).postDataJSON() as { readonly consent?: object }
  assert.deepEqual(sent.consent, { passThrough: true })
  await page.close()
})

test('[UI-01] nothing was complained of in the console', { skip }, () => {
  assert.deepEqual(complaints, [])
})
