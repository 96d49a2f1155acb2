/**
 * `node test/e2e/measure-console.ts`: figures of the console in Chromium over a real server, printed and judged by nobody: bytes that are sent, time to the
 * first number, how long the server takes for a range of 200,000 points, frames per second while the pointer moves over them (thinned by the
 * server, and all 200,000 drawn), and the heap after a while of live numbers. `--minutes 60` lets the last one run for an hour.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { CONSOLE_PAGES } from '#api/contract-console.ts'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { historyRow } from '#runtime/history-row.ts'
import type { HistoryPoint } from '#runtime/platform.ts'
import { epochMs } from '#units/time.ts'
import { createPrng } from '#base/prng.ts'
import { ROOT } from '../source-tree.ts'
import { openBrowser, startBallast } from './ballast-process.ts'
import * as inPage from './in-page.ts'

const POINTS = 200_000
const FRAMES_MS = 5_000
const MARKET_START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const TRIES = 5

const minutes = Number(process.argv[process.argv.indexOf('--minutes') + 1] ?? 1) || 1
const folder = mkdtempSync(join(tmpdir(), 'ballast-measure-'))
const say = (what: string, figure: string): void => void process.stdout.write(`${what.padEnd(64)} ${figure}\n`)

/** A walk of the price for 139 days before the market begins. */
function longHistory(): HistoryPoint[] {
  const prng = createPrng(1)
  let price = 90_000
  return Array.from({ length: POINTS }, (_, i) => {
    price *= 1 + (prng.uniform() - 0.5) * 0.002
    const equity = (20_000 + (price - 90_000)).toFixed(6)
    return {
      at: epochMs(MARKET_START - (POINTS - i) * MINUTE),
      index: price.toFixed(2),
      equityClose: equity,
      equityMark: equity,
      equityUnprotected: (Number(equity) - 100).toFixed(6),
      floorEquity: '12000',
    }
  })
}

/** What the build holds, and what it takes until a page of it has all that is its own; gzip, level 9. */
async function sizes(browser: Browser, url: string): Promise<void> {
  const assets = join(ROOT, 'web/dist/assets')
  for (const [kind, name] of [
    ['script', /\.js$/],
    ['style', /\.css$/],
  ] as const) {
    const files = readdirSync(assets).filter((file) => name.test(file))
    say(`${kind} of all pages, ${files.length} files`, sizeOf(files.map((file) => readFileSync(join(assets, file)))))
  }
  for (const { path, title } of CONSOLE_PAGES) {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(new URL(request.url()).pathname))
    await page.goto(url + path)
    await page.waitForFunction(inPage.isShown, ['index', '\\d'] as const)
    const scripts = [...asked].filter((file) => /^\/assets\/.*\.js$/.test(file))
    say(
      `script up to the first number of ${title}, ${scripts.length} files`,
      sizeOf(scripts.map((file) => readFileSync(join(ROOT, 'web/dist', file)))),
    )
    await page.close()
  }
}

function sizeOf(files: readonly Buffer[]): string {
  const sum = (sizes: readonly number[]): number => sizes.reduce((all, one) => all + one, 0)
  return `${kilobytes(sum(files.map(({ length }) => length)))}, gzip ${kilobytes(sum(files.map((file) => gzipSync(file, { level: 9 }).length)))}`
}

async function firstNumber(browser: Browser, url: string): Promise<void> {
  const [times, again]: [number[], number[]] = [[], []]
  for (let i = 0; i < TRIES; i++) {
    const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } })
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'commit' })
    await page.waitForFunction(inPage.isShown, ['equity-close', '\\d'] as const)
    times.push(await page.evaluate(inPage.sinceNavigation))
    await page.reload({ waitUntil: 'commit' })
    await page.waitForFunction(inPage.isShown, ['equity-close', '\\d'] as const)
    again.push(await page.evaluate(inPage.sinceNavigation))
    await context.close()
  }
  say(`time to the first number, median of ${TRIES}, empty cache`, `${median(times).toFixed(0)} ms`)
  say(`time to the first number, median of ${TRIES}, files kept by the browser`, `${median(again).toFixed(0)} ms`)
}

async function ranges(url: string): Promise<void> {
  await (await fetch(`${url}/api/history?points=10`)).text() // the reader takes the file in once
  for (const points of [2_000, 5_000]) {
    const times: number[] = []
    for (let i = 0; i < TRIES; i++) {
      const from = performance.now()
      await (await fetch(`${url}/api/history?points=${points}`)).text()
      times.push(performance.now() - from)
    }
    say(`${points} of ${POINTS} points by the server, median of ${TRIES}`, `${median(times).toFixed(0)} ms`)
  }
}

async function frames(page: Page, what: string): Promise<void> {
  await page.locator('[data-panel=chart] canvas').nth(1).waitFor()
  await page.waitForTimeout(2_000)
  const box = await page.locator('[data-panel=chart] [role=img]').first().boundingBox()
  const counted = page.evaluate(inPage.framesWithin, FRAMES_MS)
  for (const end = Date.now() + FRAMES_MS; Date.now() < end;) {
    const at = ((Date.now() % 2_000) / 2_000) * ((box?.width ?? 600) - 80) + 70
    await page.mouse.move((box?.x ?? 0) + at, (box?.y ?? 0) + 60)
  }
  const { perSecond, longestMs } = await counted
  say(what, `${perSecond.toFixed(1)} frames/s, longest ${longestMs.toFixed(0)} ms`)
}

async function drawn(browser: Browser, url: string, history: readonly HistoryPoint[]): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
  await page.goto(url)
  await frames(page, `chart over ${POINTS} points, thinned by the server, pointer moving`)
  const all = {
    status: 'ok',
    accountId: 'demo',
    points: history,
    inRange: POINTS,
    first: history[0]?.at,
    last: history.at(-1)?.at,
    asOfSeq: 1,
  }
  await page.route('**/api/history*', (route) => route.fulfill({ json: all }))
  await page.goto(url)
  await page.waitForFunction(inPage.isShown, ['equity-close', '\\d'] as const)
  await frames(page, `chart with all ${POINTS} points drawn, pointer moving, numbers live`)
  await page.close()
}

async function heap(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
  await page.goto(url)
  await page.waitForTimeout(10_000)
  const session = await page.context().newCDPSession(page)
  const used = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize
  }
  const before = await used()
  await page.waitForTimeout(minutes * MINUTE)
  const after = await used()
  say(`heap after 10 s, and after ${minutes} min of live numbers`, `${kilobytes(before)}, ${kilobytes(after)}`)
  await page.close()
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_024).toFixed(0)} KB`
}

await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`) })
const history = longHistory()
mkdirSync(join(folder, 'history'))
writeFileSync(join(folder, 'history/demo.rows'), history.map(historyRow).join(''))
const ballast = await startBallast(folder, 0)
const browser = await openBrowser()
try {
  say('load of this machine before', loadavg()[0]?.toFixed(1) ?? '')
  await sizes(browser, ballast.url)
  await firstNumber(browser, ballast.url)
  await ranges(ballast.url)
  await drawn(browser, ballast.url, history)
  await heap(browser, ballast.url)
  say('load of this machine after', loadavg()[0]?.toFixed(1) ?? '')
} finally {
  await browser.close()
  await ballast.interrupt()
  rmSync(folder, { recursive: true, force: true })
}
