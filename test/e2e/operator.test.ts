/**
 * The operator at the console, over the real `ballast start` with tokens: signing in, halting with a reason, what a role may not do, a session that a
 * foreign page cannot use; and the questions of a night: what happens next, and what if. One server for all, in this order.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { Decimal } from 'decimal.js'
import type { Page } from 'playwright-core'
import { bridgeAnswer } from '#api/contract-bridge.ts'
import { scenarioAnswer, thresholdsAnswer } from '#api/contract-scenario.ts'
import { systemAnswer } from '#api/contract-system.ts'
import { withoutChromium } from './ballast-process.ts'
import { PATIENCE, World, settled, untilShown, violationsOn } from './console-world.ts'

const skip = withoutChromium
const TRADER = 'token-of-tess-the-trader'
const ADMIN = 'token-of-ada-the-admin'
const world = new World()
let page: Page

before(async () => {
  if (skip !== false) return
  process.env['BALLAST_TOKENS'] = `trader:tess:${TRADER},admin:ada:${ADMIN}`
  await world.start()
  page = await world.open('/')
  await untilShown(page, 'answer', '^Safe')
})
after(async () => {
  delete process.env['BALLAST_TOKENS']
  await world.stop()
})

async function signIn(token: string): Promise<void> {
  await page.locator('[data-field=token]').fill(token)
  await page.keyboard.press('Enter')
}
const action = (name: string) => page.locator(`li[data-action=${name}]`)
const panel = (name: string) => page.locator(`[data-panel=${name}]`)
const plain = (text: string): string => text.replaceAll(',', '').replace('−', '-').replace('+', '').trim()
const cents = (amount: string): string => new Decimal(amount).toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN).toFixed(2)

test('[UI-04] what happens next stands on the first screen, the first to come first', { skip }, async () => {
  await settled(page)
  const { times } = await world.ask('/api/thresholds', thresholdsAnswer)
  assert.ok(times.some(({ id }) => id === 'cover_expiry'))
  await panel('next').getByText('Cover ends').waitFor(PATIENCE)
  const said = await panel('next').innerText()
  assert.match(said, /Funding[\s\S]*about [\d.,]+ USDC to (pay|receive)/)
  assert.match(await panel('ladder').innerText(), /1σ in: the time one standard deviation takes to get there, at \d/)
})

test('[UI-04] what if: a fall at the cover’s end shows what the server’s own valuation says, by keyboard alone', { skip }, async () => {
  const index = page.getByRole('slider', { name: /^Index/ })
  await index.focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('PageDown')
  assert.equal(await index.getAttribute('aria-valuetext'), '−30\u00a0%')
  const asked = page.waitForResponse((response) => {
    if (!response.url().endsWith('/api/scenario')) return false
    const body = response.request().postDataJSON() as { readonly spotPct?: string; readonly hours?: number }
    return body.spotPct === '-0.30' && (body.hours ?? 0) > 0
  }, PATIENCE)
  await panel('what-if').getByRole('button', { name: 'at the cover’s end' }).press('Enter')
  const answer = scenarioAnswer.parse(await (await asked).json())
  assert.ok(
    answer.lines.every(({ basis }) => basis === 'exact'),
    'past its expiry nothing is a model',
  )
  assert.equal(answer.unprotectedIsLiquidated, true)
  assert.ok(new Decimal(answer.moved.floorDistance ?? Number.NaN).gte(-1), 'the floor holds at settlement')
  await untilShown(page, 'what-if-equity', `^${cents(answer.moved.equityClose).replace(/\B(?=(\d{3})+\.)/g, ',')}$`)
  assert.match(await panel('what-if').innerText(), /liquidated/)
  await panel('what-if').getByRole('button', { name: 'back to now' }).click()
})

test('[V-02] the bridge on the account page adds up to the last cent, and nothing is unexplained', { skip }, async () => {
  await page.keyboard.press('Escape')
  await page.goto(`${world.url}/account`)
  await untilShown(page, 'bridge-equity_close', '^[\\d,]+\\.\\d\\d$')
  assert.equal(await page.locator('[data-value=bridge-residual]').innerText(), '0.00')
  const { steps, residualUsdc } = await world.ask('/api/bridge', bridgeAnswer)
  assert.equal(residualUsdc, '0')
  const sum = steps.filter(({ isSum }) => !isSum).reduce((total, { usdc }) => total.plus(usdc), new Decimal(steps[0]?.usdc ?? Number.NaN))
  assert.equal(sum.toFixed(), steps.at(-1)?.usdc)
  assert.equal(plain(await page.locator('[data-value=bridge-contributed]').innerText()), '20000.00')
})

test('[SE-01] another token is refused in words; the right one shows who one is and what one may press', { skip }, async () => {
  await page.goto(`${world.url}/system`)
  await signIn('token-of-somebody-else')
  await page.getByText(/another token/).waitFor(PATIENCE)
  await signIn(TRADER)
  await page.getByText(/Signed in as tess, trader/).waitFor(PATIENCE)
  assert.equal(await action('halt').locator('button').isEnabled(), true)
  assert.equal(await action('clear-halt').locator('button').isDisabled(), true)
  assert.match(await action('clear-halt').innerText(), /Needs the role operator/)
  const cookies = await page.context().cookies()
  assert.deepEqual(
    cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]),
    [['ballast_session', true, 'Strict']],
  )
})

test('[SE-01] a halt needs a reason and a second press, is done by keyboard alone, and stands on every page', { skip }, async () => {
  await action('halt').locator('button').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  assert.match(await page.locator('[data-value=brakes]').innerText(), /Nothing is halted/, 'without a reason nothing happens')
  await page.keyboard.type('drill at two')
  await page.keyboard.press('Enter')
  await page.getByText('Done: halted.').waitFor(PATIENCE)
  await untilShown(page, 'brakes', 'halt by tess \\(operator\\).*: drill at two')
  const { brakes } = await world.ask('/api/system', systemAnswer)
  assert.deepEqual([brakes[0]?.source, brakes[0]?.explanation.seen], ['operator', 'drill at two'])
  await page.keyboard.press('Escape')
  await page.locator('h1').click()
  await page.keyboard.press('1')
  await untilShown(page, 'halted', 'operator halt')
  assert.match(await page.locator('[data-value=checks]').innerText(), /of/)
})

test('[SE-01] signed in and asking for a reason the page still reads to everybody', { skip }, async () => {
  await page.goto(`${world.url}/system`)
  await page.getByText(/Signed in as tess/).waitFor(PATIENCE)
  await action('halt').locator('button').click()
  assert.deepEqual(await violationsOn(page), [])
  await action('halt').getByRole('button', { name: 'Do nothing' }).click()
})

test('[SE-01] lifting it is another role’s; signed out, nothing may be pressed', { skip }, async () => {
  await page.goto(`${world.url}/system`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('[data-field=token]').waitFor(PATIENCE)
  await signIn(ADMIN)
  await page.getByText(/Signed in as ada, admin/).waitFor(PATIENCE)
  await action('clear-halt').locator('button').click()
  await page.keyboard.type('drill is over')
  await page.keyboard.press('Enter')
  await page.getByText('Done: lifted operator.').waitFor(PATIENCE)
  await untilShown(page, 'brakes', 'Nothing is halted')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.locator('[data-field=token]').waitFor(PATIENCE)
  assert.equal(await page.locator('li[data-action]').count(), 0)
})

test('the search finds a value of the configuration with its source', { skip }, async () => {
  await panel('configuration').locator('input').fill('sim.seed flag')
  await panel('configuration')
    .locator('tbody tr')
    .nth(1)
    .waitFor({ state: 'detached', ...PATIENCE })
  assert.match(await panel('configuration').locator('tbody').innerText(), /sim\.seed\s+1\s+flag --seed/)
})

test('no error was written to the console', { skip }, () => {
  assert.deepEqual(world.complaints, [])
})
