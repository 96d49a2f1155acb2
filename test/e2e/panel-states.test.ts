/**
 * Every panel of every page in the states it may be in: asking, failed, empty, there, off the line. The answers are those of the recorded market
 * (`frozen-market.ts`), so that no server is needed and nothing moves; what a panel may never show is a blank, a bare dash, or a name of the machine's.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { openBrowser, withoutChromium } from './ballast-process.ts'
import { PAGES, PATIENCE, settled } from './console-world.ts'
import { openFrozen, readFrozen, type Frozen } from './frozen-market.ts'
import * as inPage from './in-page.ts'

const skip = withoutChromium
const FROZEN = skip === false ? readFrozen() : { at: '', answers: {} }
const SIZE = { width: 1_440, height: 900, scheme: 'light' } as const
const ORIGIN = 'http://frozen.test'
/** Of the machine, not for a reader. */
const SLIP = /\b(?:NaN|undefined|null|Infinity|\[object)\b/
/** They say in words of their own what they wait for: the answer itself, the figures of the first screen, a number to walk from. */
const OWN_WORDS = new Set(['safety', 'equity', 'chart', 'walk'])
let browser: Browser

before(async () => {
  if (skip !== false) return
  assert.ok(await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`) }), 'the page builds')
  browser = await openBrowser()
})
after(() => browser?.close())

interface Seen {
  readonly panel: string
  readonly text: string
  readonly states: readonly string[]
}

const seenOn = (page: Page): Promise<readonly Seen[]> => page.evaluate(inPage.panelStates)
const isQuestion = (path: string): boolean => /^\/(?:api|audit\/(?:summary|export)|coverage|config|explain|risk|portfolio)\b/.test(path)

/** A page of the console whose questions are answered by `answer`; the stream as `overview` says, silent where it is undefined. */
async function opened(
  path: string,
  { overview, answer }: { overview: unknown; answer: (key: string) => object | 'never' | 'fails' },
): Promise<Page> {
  const frozen: Frozen = overview === undefined ? FROZEN : { ...FROZEN, answers: { ...FROZEN.answers, '/api/overview': overview } }
  const { page } = await openFrozen(browser, frozen, SIZE)
  if (overview === undefined) await page.addInitScript(inPage.silentStream)
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url())
    if (!isQuestion(url.pathname)) return route.fallback()
    const given = answer(url.pathname + url.search)
    if (given === 'never') return undefined
    if (given === 'fails') return route.fulfill({ status: 503, json: { status: 'error', reason: 'not_ready' } })
    return route.fulfill({ json: given })
  })
  await page.goto(ORIGIN + path)
  await page.locator('[data-panel]').first().waitFor(PATIENCE)
  return page
}

function assertReadable({ panel, text }: Seen, path: string): void {
  assert.doesNotMatch(text, SLIP, `${path} ${panel}: ${text.slice(0, 200)}`)
  assert.match(text.replace(/[\s–]/g, ''), /\w{3}/, `${path} ${panel} says nothing`)
}

test('[UI-04] before any answer every panel says that it asks, and none is blank', { skip }, async () => {
  for (const { path } of PAGES) {
    const page = await opened(path, { overview: undefined, answer: () => 'never' })
    await page.waitForTimeout(300)
    for (const seen of await seenOn(page)) {
      assertReadable(seen, path)
      if (!OWN_WORDS.has(seen.panel))
        assert.ok(seen.states.includes('loading'), `${path} ${seen.panel}: ${seen.states.join()} ${seen.text}`)
    }
    await page.context().close()
  }
})

test('[UI-04] where every question fails each panel gives the reason and a button', { skip }, async () => {
  for (const { path } of PAGES) {
    const page = await opened(path, { overview: undefined, answer: () => 'fails' })
    await page.waitForFunction(inPage.nothingLoads, undefined, PATIENCE)
    for (const seen of await seenOn(page)) {
      assertReadable(seen, path)
      if (OWN_WORDS.has(seen.panel)) continue
      assert.ok(seen.states.includes('failed'), `${path} ${seen.panel}: ${seen.states.join()} ${seen.text}`)
      assert.match(seen.text, /503 \(not_ready\)[\s\S]*Try again/, `${path} ${seen.panel}`)
    }
    await page.context().close()
  }
})

test('[UI-04] with answers every panel shows them, without a slip', { skip }, async () => {
  for (const { path } of PAGES) {
    const { page } = await openFrozen(browser, FROZEN, SIZE)
    await page.goto(ORIGIN + path)
    await settled(page)
    await page.waitForTimeout(500)
    for (const seen of await seenOn(page)) assertReadable(seen, path)
    await page.context().close()
  }
})

test('[UI-04] an account that holds nothing and has done nothing: each panel says so in a sentence', { skip }, async () => {
  const bare = emptied(FROZEN.answers['/api/overview']) as Readonly<Record<string, unknown>>
  const { readiness } = FROZEN.answers['/api/overview'] as { readonly readiness: unknown }
  const overview = { ...bare, equity: null, floor: null, position: null, price: null, readiness }
  for (const { path } of PAGES) {
    const page = await opened(path, {
      overview,
      answer: (key) => {
        if (key === '/api/overview') return overview
        const known = FROZEN.answers[key]
        return known === undefined ? 'fails' : (emptied(known) as object)
      },
    })
    await page.waitForFunction(inPage.nothingLoads, undefined, PATIENCE)
    for (const seen of await seenOn(page)) assertReadable(seen, path)
    await page.context().close()
  }
})

test('[UI-04] off the line every panel keeps what it knew and is marked as old, in words', { skip }, async () => {
  for (const { path } of PAGES) {
    const { page } = await openFrozen(browser, FROZEN, SIZE)
    await page.goto(ORIGIN + path)
    await settled(page)
    const before = await seenOn(page)
    await page.evaluate(inPage.cutTheStream)
    await page.route('**/*', (route) => route.abort())
    await page.locator('[data-connection=lost]').waitFor(PATIENCE)
    const now = await seenOn(page)
    assert.deepEqual(
      now.map(({ panel }) => panel),
      before.map(({ panel }) => panel),
      'no panel goes away',
    )
    for (const seen of now) assertReadable(seen, path)
    assert.match(await page.locator('[data-value=connection]').innerText(), /Not connected/)
    if (path === '/') {
      for (const { panel, states, text } of now) {
        if (OWN_WORDS.has(panel)) assert.match(text, /stale|[Nn]ot connected|UTC/, panel)
        else assert.ok(states.includes('stale') || /stale/.test(text), `${panel}: ${states.join()}`)
      }
    }
    await page.context().close()
  }
})

test('[UI-04] a panel that cannot be drawn takes itself away and no other, and is drawn again by a button', { skip }, async () => {
  const { page } = await openFrozen(browser, FROZEN, SIZE)
  await page.addInitScript(inPage.breakChecks)
  await page.goto(`${ORIGIN}/system`)
  const panel = page.locator('[data-panel=readiness]')
  await panel.locator('[data-state=broken]').waitFor(PATIENCE)
  assert.match(await panel.innerText(), /could not be drawn: made for a test\. The others are not touched/)
  assert.equal(await page.locator('[data-panel=feeds] [data-state=there]').count(), 1)
  assert.equal(await page.locator('[data-value=mode]').innerText(), 'SIM')
  await page.evaluate(inPage.mendChecks)
  await panel.getByRole('button', { name: 'Draw it again' }).click()
  await panel.locator('[data-state=there]').waitFor(PATIENCE)
  await page.context().close()
})

/** The same answer with every list empty; what is one thing stays. */
function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return []
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, Array.isArray(one) ? [] : one]))
}
