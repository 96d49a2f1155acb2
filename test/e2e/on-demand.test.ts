/**
 * Pages that are loaded when they are wanted, in a real browser over the real server: the first screen brings its own files alone, the next page is there
 * before it is asked for, nothing moves while one loads, and a file that does not come is a sentence with a button and never an empty page.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { withoutChromium } from './ballast-process.ts'
import { PATIENCE, settled, untilShown, World } from './console-world.ts'
import * as inPage from './in-page.ts'

const skip = withoutChromium
const world = new World()

before(async () => {
  if (skip === false) await world.start()
})
after(() => world.stop())

/** Names of the scripts that a page asked for, without what the build adds to them. */
function scriptsOf(page: Page): Set<string> {
  const asked = new Set<string>()
  page.on('request', (request) => {
    const [, name] = /\/assets\/([\w.-]+)-[\w-]{8}\.js$/.exec(request.url()) ?? []
    if (name !== undefined) asked.add(name)
  })
  return asked
}

test('[UI-04] a page brings its own files and no other page’s; the likely next one comes once it stands', { skip }, async () => {
  const page = await world.blank()
  const asked = scriptsOf(page)
  await page.goto(`${world.url}/market`)
  await untilShown(page, 'answer', '^Safe')
  for (const name of ['index', 'libraries', 'market']) assert.ok(asked.has(name), name)
  for (const name of ['protection', 'audit', 'system', 'execution']) assert.ok(!asked.has(name), `${name} is not asked for`)
  if (!asked.has('overview')) await page.waitForRequest(/\/assets\/overview-/, PATIENCE)
  const inOrder = [...asked]
  assert.ok(inOrder.indexOf('overview') > inOrder.indexOf('time-chart'), 'the next page comes after all of this one')
  await page
    .getByRole('link', { name: /^Overview/ })
    .first()
    .click()
  assert.equal(await page.locator('main [data-panel=safety]').count(), 1, 'it stands at once')
  await page.close()
})

test('[UI-04] while a page is on its way its heading stands, it says so, and nothing moves when it comes', { skip }, async () => {
  const page = await world.blank()
  const held = Promise.withResolvers<void>()
  await page.route('**/assets/system-*.js', async (route) => {
    await held.promise
    await route.continue()
  })
  await page.goto(world.url)
  await untilShown(page, 'answer', '^Safe')
  await page.keyboard.press('8')
  const place = page.locator('main > [data-state=loading]')
  await place.waitFor(PATIENCE)
  assert.equal(await place.getAttribute('aria-busy'), 'true')
  await page.getByText('The page System is on its way…').waitFor(PATIENCE)
  const heading = page.locator('main h1')
  assert.equal(await heading.innerText(), 'System')
  assert.equal(await page.evaluate(inPage.focused), 'System')
  const moved = page.evaluate(inPage.layoutShiftWithin, 2_500)
  held.resolve()
  await page.locator('[data-panel=feeds]').waitFor(PATIENCE)
  assert.ok((await moved) < 0.01, `layout shift of ${await moved}`)
  await page.close()
})

test('[UI-04] a page of another build: it says that the server has a newer console, and loading anew brings it', { skip }, async () => {
  const page = await world.blank()
  await page.goto(world.url)
  await untilShown(page, 'answer', '^Safe')
  await page.route('**/assets/market-*.js', (route) => route.fulfill({ status: 404, json: { status: 'error', reason: 'not_found' } }))
  await page.keyboard.press('4')
  const alert = page.locator('main [role=alert]')
  await alert.waitFor(PATIENCE)
  assert.match(await alert.innerText(), /The page Market could not be loaded: the server no longer has the file/)
  assert.equal(await page.locator('[data-value=mode]').innerText(), 'SIM', 'the header stands')
  await page.unroute('**/assets/market-*.js')
  await page.getByRole('button', { name: 'Load the console anew' }).click()
  await page.locator('[data-panel=market-price]').waitFor(PATIENCE)
  await page.close()
})

test('[UI-04] off the line: it says that the server cannot be reached, and the page comes by itself with the line', { skip }, async () => {
  const page = await world.blank()
  await page.goto(world.url)
  await untilShown(page, 'connection', '^Live$')
  await page.context().setOffline(true)
  await page.keyboard.press('5')
  const alert = page.locator('main [role=alert]')
  await alert.waitFor(PATIENCE)
  assert.match(await alert.innerText(), /The page Execution could not be loaded: the server cannot be reached/)
  await page.getByRole('button', { name: 'Try again' }).click()
  await alert.waitFor(PATIENCE)
  await page.keyboard.press('1')
  await page.locator('[data-panel=safety]').waitFor(PATIENCE)
  await page.keyboard.press('5')
  await alert.waitFor(PATIENCE)
  await page.context().setOffline(false)
  await untilShown(page, 'connection', '^Live$')
  const anew = page.getByRole('button', { name: 'Load the console anew' })
  await Promise.race([page.locator('[data-panel=order-lives]').waitFor(PATIENCE), anew.waitFor(PATIENCE)])
  if (await anew.isVisible()) await anew.click() // a browser that remembers what did not come
  await page.locator('[data-panel=order-lives]').waitFor(PATIENCE)
  await settled(page)
  await page.close()
})

test('[UI-04] without its script the document is no empty page', { skip }, async () => {
  const page = await world.blank()
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.goto(world.url)
  await page.getByText(/does not start/).waitFor(PATIENCE)
  assert.match(await page.locator('body').innerText(), /\/api\/overview/)
  await page.close()
})

test('no error was written to the console by any of these pages', { skip }, () => {
  const own = world.complaints.filter((line) => !/ERR_(?:FAILED|INTERNET_DISCONNECTED)|404|Failed to fetch dynamically/.test(line))
  assert.deepEqual(own, [])
})
