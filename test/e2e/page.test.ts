/**
 * The page in a real browser over the real `ballast start`: it shows the numbers the API gives, they move, it stands on a phone, reads
 * to a screen reader, walks from a decision to its cause, says when the line is cut, and comes back. One server for all, in this order.
 * Pictures go to `out/e2e/`.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decimal } from 'decimal.js'
import type { Browser, Page } from 'playwright-core'
import { overviewAnswer, type Overview } from '#api/contract-page.ts'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { ROOT } from '../source-tree.ts'
import * as inPage from './in-page.ts'
import { openBrowser, startBallast, withoutChromium, type Running } from './ballast-process.ts'

const skip = withoutChromium
const PICTURES = join(ROOT, 'out/e2e')
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const dataFolder = mkdtempSync(join(tmpdir(), 'ballast-page-'))
let ballast: Running
let browser: Browser
let page: Page
const complaints: string[] = []

before(async () => {
  if (skip !== false) return
  mkdirSync(PICTURES, { recursive: true })
  assert.ok(await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`) }), 'the page builds')
  ballast = await startBallast(dataFolder, 0)
  browser = await openBrowser()
  page = await open({ width: 1440, height: 900 }, 'light')
})
after(async () => {
  await browser?.close()
  ballast?.kill()
  rmSync(dataFolder, { recursive: true, force: true })
})

async function open(viewport: { readonly width: number; readonly height: number }, colorScheme: 'light' | 'dark'): Promise<Page> {
  const opened = await browser.newPage({ viewport, colorScheme })
  opened.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
  opened.on('pageerror', (error) => void complaints.push(error.message))
  await opened.goto(ballast.url)
  return opened
}

const valuesOn = (target: Page): Promise<inPage.Values> => target.evaluate(inPage.readValues)
const untilText = (target: Page, name: string, pattern: string): Promise<unknown> =>
  target.waitForFunction(inPage.isShown, [name, pattern] as const, { timeout: 20_000 })
const untilChanged = (target: Page, name: string, { [name]: known = '' }: inPage.Values): Promise<unknown> =>
  target.waitForFunction(inPage.hasChanged, [name, known] as const, { timeout: 15_000 })

/** `19,732.51` and `−41.20` as plain decimals. */
const plain = (text: string): string => text.replaceAll(',', '').replace('−', '-').replace('+', '')
const cents = (amount: string | null | undefined): string =>
  new Decimal(amount ?? Number.NaN).toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN).toFixed(2)

test('the account is there, protected, with its mode beyond doubt', { skip }, async () => {
  await untilText(page, 'index', '^[\\d,]+\\.\\d\\d$')
  await untilText(page, 'answer', '^Safe')
  await untilText(page, 'connection', '^Live$')
  const shown = await valuesOn(page)
  assert.equal(shown['mode'], 'SIM')
  assert.match(await page.title(), /^.+ · [\d,.]+ · SIM · Ballast$/)
  assert.match(await page.locator('[data-panel=coverage]').innerText(), /-P\s+active/)
})

test('every figure is the one the API gives for the same event', { skip }, async () => {
  await page.evaluate(inPage.listen)
  const seen = await page.waitForFunction(inPage.screenAndSource)
  const { values = {}, overview: raw } = (await seen.jsonValue()) ?? {}
  const overview: Overview = overviewAnswer.parse(raw)
  const shown = (name: string): string => plain(values[name] ?? '')
  assert.equal(shown('index'), cents(overview.price?.index))
  assert.equal(shown('equity-close'), cents(overview.equity?.close))
  assert.equal(shown('equity-mark'), cents(overview.equity?.mark))
  assert.equal(shown('equity-unprotected'), cents(overview.equity?.unprotected))
  assert.equal(shown('floor-equity'), cents(overview.floor?.floorEquity))
  assert.equal(shown('distance-usdc'), cents(overview.floor?.distanceUsdc))
  assert.equal(shown('distance-price'), `${cents(new Decimal(overview.floor?.distanceOfPrice ?? Number.NaN).times(100).toFixed())}\u00a0%`)
  assert.equal(values['mode'], overview.platform.mode.toUpperCase())
})

test('the numbers move and market time goes on', { skip }, async () => {
  const first = await valuesOn(page)
  await untilChanged(page, 'index', first)
  await untilChanged(page, 'market-time', first)
  const second = await valuesOn(page)
  assert.ok(Number(plain(second['seq'] ?? '')) > Number(plain(first['seq'] ?? '')), 'the journal grew')
})

test('nothing on the screen is pushed about while the numbers move', { skip }, async () => {
  const moved = await page.evaluate(inPage.layoutShiftWithin, 4_000)
  assert.ok(moved < 0.005, `layout shift of ${moved} in 4 s`)
})

test('[API-06] a decision opens the way back to what began it, by keyboard alone', { skip }, async () => {
  const row = page.locator('[data-panel=decisions] [data-seq]', { hasText: /cover active/i }).first()
  const seq = Number(await row.getAttribute('data-seq'))
  await row.locator('button').focus()
  await page.keyboard.press('Enter')
  await row.locator('ol li').first().waitFor()
  assert.equal(await row.locator('button').getAttribute('aria-expanded'), 'true')
  const steps = await row.locator('ol li').allInnerTexts()
  const answer = (await (await fetch(`${ballast.url}/explain/${seq}`)).json()) as { chain: { seq: number; topic: string }[] }
  assert.ok(answer.chain.length >= 3, 'the chain walks back over more than one event')
  assert.equal(steps.length, answer.chain.length)
  for (const [i, { seq: cause, topic }] of answer.chain.entries()) {
    assert.match(steps[i] ?? '', new RegExp(`${topic.replaceAll('_', ' ')}[\\s\\S]*event ${cause}\\b`))
  }
  await page.screenshot({ path: join(PICTURES, 'chain.png'), fullPage: true })
  await page.keyboard.press('Enter')
  assert.equal(await row.locator('button').getAttribute('aria-expanded'), 'false')
})

test('the chart stands beside a table with the same points', { skip }, async () => {
  const target = await open({ width: 1024, height: 768 }, 'light')
  const panel = target.locator('[data-panel=chart]')
  await panel.locator('canvas').nth(1).waitFor()
  assert.match(
    (await panel.locator('[role=img]').first().getAttribute('aria-label')) ?? '',
    /^Equity with protection went from [\d,.]+ to [\d,.]+ USDC/,
  )
  await panel.locator('summary').click()
  const oldest = (await panel.locator('tbody tr').last().innerText()).split('\t').map((text) => plain(text.trim()))
  const history = (await (await fetch(`${ballast.url}/api/history`)).json()) as { points: { index: string; equityClose: string }[] }
  assert.deepEqual([oldest[5], oldest[1]], [cents(history.points[0]?.index), cents(history.points[0]?.equityClose)])
  await target.close()
})

// every page at 1440 px light and 360 px dark: `flows-accessibility.ts`; here the overview with everything opened, the other way round
for (const [width, height, scheme] of [
  [1440, 900, 'dark'],
  [320, 640, 'light'],
] as const) {
  test(`at ${width} px, ${scheme}: nothing scrolls sideways, nothing for axe`, { skip }, async () => {
    const target = await open({ width, height }, scheme)
    await untilText(target, 'equity-close', '^[\\d,]+\\.\\d\\d$')
    await target.locator('[data-panel=chart] canvas').nth(1).waitFor()
    assert.equal(await target.evaluate(inPage.fitsSideways), true)
    await target.screenshot({ path: join(PICTURES, `page-${width}-${scheme}.png`), fullPage: true })
    assert.deepEqual(await foundOn(target), [])
    await target.close()
  })
}

async function foundOn(target: Page): Promise<readonly string[]> {
  await target.locator('[data-panel=decisions] button[aria-expanded]').first().click()
  await target.locator('[data-panel=decisions] li ol li').first().waitFor()
  await target.locator('[data-panel=chart] summary').click()
  await target.evaluate(readFileSync(AXE, 'utf8'))
  return target.evaluate(inPage.violations)
}

test('without the stream the page asks by itself and says so', { skip }, async () => {
  const target = await browser.newPage({ viewport: { width: 1024, height: 768 } })
  await target.route('**/api/monitoring/stream*', (route) => route.abort())
  await target.goto(ballast.url)
  await untilText(target, 'connection', '^Stream down')
  const first = await valuesOn(target)
  await untilChanged(target, 'market-time', first)
  await target.close()
})

test('no error was written to the console so far', { skip }, () => {
  assert.deepEqual(complaints, [])
})

test(
  'Ctrl-C stops cleanly within 10 s; the page keeps the last numbers, calls them that, and comes back with the next start',
  { skip },
  async () => {
    const last = await valuesOn(page)
    const { code, ms } = await ballast.interrupt()
    assert.equal(code, 0)
    assert.ok(ms < 10_000, `stopping took ${Math.round(ms)} ms`)
    await untilText(page, 'connection', '^Not connected')
    assert.equal((await valuesOn(page))['answer'], 'Cannot tell')
    assert.match(await page.locator('[data-panel=safety]').innerText(), /Not connected\. Last known: safe/)
    assert.match(await page.locator('[data-panel=equity]').innerText(), /stale/)
    await page.screenshot({ path: join(PICTURES, 'disconnected.png') })
    ballast = await startBallast(dataFolder, ballast.port)
    await untilText(page, 'connection', '^Live$')
    await untilText(page, 'answer', '^Safe')
    assert.ok(Number(plain((await valuesOn(page))['seq'] ?? '')) >= Number(plain(last['seq'] ?? '')), 'the journal went on')
    assert.equal((await ballast.interrupt()).code, 0)
  },
)
