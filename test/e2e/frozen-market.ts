/**
 * A market that stands still, for pictures that can be compared: the answers that a real server gave every page at one moment (`screens/answers.json.gz`),
 * the built page from its folder, and a clock that stands at that moment. The page checks every answer against the contract as ever; a question
 * that was not recorded is a complaint.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Browser, Page, Request } from 'playwright-core'
import { ROOT } from '../source-tree.ts'
import { PAGES, settled, type World } from './console-world.ts'
import * as inPage from './in-page.ts'
import { bringFonts } from './picture-browser.ts'

export const SCREENS = join(ROOT, 'test/e2e/screens')
const ANSWERS = join(SCREENS, 'answers.json.gz')
const DIST = join(ROOT, 'web/dist')
const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', html: 'text/html', svg: 'image/svg+xml' }
const STREAM = '/api/monitoring/stream'

export interface Frozen {
  /** Wall clock of the recording. */
  readonly at: string
  readonly answers: Readonly<Record<string, unknown>>
}

export function readFrozen(): Frozen {
  return JSON.parse(gunzipSync(readFileSync(ANSWERS)).toString('utf8')) as Frozen
}

/** Every page of a running server is opened once; what it asked and was told is kept. */
export async function recordMarket(world: World): Promise<Frozen> {
  const answers: Record<string, unknown> = {}
  const page = await world.blank({ width: 1_920, height: 1_200 })
  const reading: Promise<void>[] = []
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? ''
    if (!type.includes('application/json')) return
    reading.push(
      response.json().then(
        (body) => void (answers[keyOf(response.request())] = body),
        () => undefined, // the page had gone on: what it still needs is asked for again
      ),
    )
  })
  for (const { path } of PAGES) {
    await page.goto(world.url + path)
    await settled(page)
    await page.waitForTimeout(1_500) // what the first answers lead to is asked as well
    await Promise.all(reading)
  }
  await page.close()
  const frozen = {
    at: new Date().toISOString(),
    answers: Object.fromEntries(Object.entries(answers).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
  writeFileSync(ANSWERS, gzipSync(JSON.stringify(frozen), { level: 9 }))
  return frozen
}

/** The page as it was built when the first one was opened: a build that comes in between does not mix with it. */
let built: ReadonlyMap<string, Buffer> | undefined
function builtFile(name: string): Buffer | undefined {
  built ??= new Map(globSync('**/*.{js,css,html,svg}', { cwd: DIST }).map((file) => [file, readFileSync(join(DIST, file))]))
  return built.get(name)
}

export interface FrozenPage {
  readonly page: Page
  /** Questions without an answer, and errors of the page. */
  readonly complaints: string[]
}

export async function openFrozen(
  browser: Browser,
  { at, answers }: Frozen,
  screen: { width: number; height: number; scheme: 'light' | 'dark' },
): Promise<FrozenPage> {
  const { width, height, scheme } = screen
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, timezoneId: 'UTC', reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => void complaints.push(error.message))
  await page.clock.setFixedTime(new Date(at))
  await bringFonts(page)
  await page.addInitScript(inPage.standingStream, JSON.stringify(answers['/api/overview']))
  await page.route('**/*', async (route) => {
    const key = keyOf(route.request())
    const path = new URL(route.request().url()).pathname
    if (Object.hasOwn(answers, key)) return route.fulfill({ json: answers[key] })
    const name = PAGES.some((one) => one.path === path) ? 'index.html' : path.slice(1)
    const body = builtFile(name)
    if (body !== undefined) return route.fulfill({ body, contentType: TYPES[name.split('.').at(-1) ?? ''] ?? '' })
    complaints.push(`not recorded: ${key}`)
    return route.fulfill({ status: 404, json: {} })
  })
  return { page, complaints }
}

/** Path and query, and what was sent with them; where the stream stands does not matter. */
function keyOf(request: Request): string {
  const { pathname, search } = new URL(request.url())
  const sent = request.postData()
  return pathname === STREAM ? STREAM : [pathname + search, ...(sent === null ? [] : [sent])].join(' ')
}
