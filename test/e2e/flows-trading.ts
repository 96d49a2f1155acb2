/** The pages of protection, market and execution: what a reader points at or opens is the server's own answer, and one panel's trouble is its own. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { ordersAnswer } from '#api/contract-execution.ts'
import { smileAnswer, surfaceAnswer } from '#api/contract-market.ts'
import { certificateAnswer } from '#api/contract-proof.ts'
import { coversAnswer, payoffAnswer, quotesAnswer } from '#api/contract-protection.ts'
import { PATIENCE, settled, violationsOn, type World } from './console-world.ts'
import * as inPage from './in-page.ts'

/** As the page writes money: grouped, two places, a true minus. */
const plain = (text: string | undefined): number => Number((text ?? '').replaceAll(',', '').replaceAll('−', '-').replaceAll('+', ''))
const cents = (decimal: string): number => Number(Number(decimal).toFixed(2))
const textsOf = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((found) => found.map(({ textContent }) => (textContent ?? '').replaceAll('\u00a0', ' ').trim()))

export function tradingFlows(world: World, skip: string | false): void {
  test('[UI-04] [P-12] pointing at the payoff reads the server’s own point; the table beside it has every one', { skip }, async () => {
    const page = await world.open('/protection')
    await settled(page)
    await page.waitForFunction(inPage.textMatches, ['[data-panel=covers] li', 'active'] as const, PATIENCE)
    const { covers } = await world.ask('/api/coverages', coversAnswer)
    const active = covers.find(({ state }) => state === 'active')
    assert.ok(active !== undefined, 'the demo account is covered')
    const { points, floorEquity } = await world.ask(`/api/coverages/${active.coverageId}/payoff`, payoffAnswer)
    const chart = page.locator('[data-panel=payoff] svg[role=img]')
    assert.match((await chart.getAttribute('aria-label')) ?? '', /with the cover .* floor/)
    const box = await chart.boundingBox()
    assert.ok(box !== null)
    const seen: number[] = []
    for (const share of [0.2, 0.5, 0.9]) {
      await page.mouse.move(box.x + box.width * share, box.y + box.height / 2)
      const values = await page.evaluate(inPage.readValues)
      const at = points.find(({ index }) => cents(index) === plain(values['payoff-index']))
      // the index of now moves between the two questions: what is pointed at is one of the round ones
      assert.ok(at !== undefined, `${values['payoff-index']} is a point of the server’s`)
      assert.deepEqual([plain(values['payoff-with']), plain(values['payoff-without'])], [cents(at.withCover), cents(at.withoutCover)])
      assert.equal(plain(values['payoff-floor']), cents(floorEquity))
      seen.push(plain(values['payoff-index']))
    }
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
      'further right is a higher index',
    )
    await page.locator('[data-panel=payoff] summary').click()
    const rows = await textsOf(page, '[data-panel=payoff] tbody th')
    const round = points.filter(({ index }) => /^\d+000$/.test(index)).map(({ index }) => cents(index))
    assert.ok(round.length >= 20)
    assert.deepEqual(
      round.filter((index) => !rows.map(plain).includes(index)),
      [],
    )
    assert.deepEqual(await violationsOn(page), [])
    await page.close()
  })

  test('[UI-04] [P-12] the proof names its record, and a quote its lines: both are the server’s', { skip }, async () => {
    const page = await world.open('/protection')
    await settled(page)
    const { covers } = await world.ask('/api/coverages', coversAnswer)
    const { digest, floorEquityUsdc } = await world.ask(`/coverage/${covers[0]?.coverageId}/certificate`, certificateAnswer)
    const proof = (await page.locator('[data-panel=proof]').innerText()).replaceAll('\u00a0', ' ')
    assert.ok(proof.includes(digest), 'the digest stands there whole')
    assert.ok(proof.replaceAll(',', '').includes(Number(floorEquityUsdc).toFixed(2)))
    const { quotes } = await world.ask('/api/quotes', quotesAnswer)
    const bought = quotes.find(({ boughtAs }) => boughtAs === covers[0]?.coverageId)
    assert.ok(bought !== undefined)
    const row = page.locator('[data-panel=recent-quotes] li', { hasText: bought.boughtAs ?? '' })
    await row.locator('button[aria-expanded]').focus()
    await page.keyboard.press('Enter')
    const opened = (await row.innerText()).toLowerCase()
    for (const { name } of bought.lines) assert.ok(opened.includes(name.toLowerCase()), name)
    await page.close()
  })

  test(
    '[UI-04] [AN-03] an expiry is chosen by keyboard, stands in the address, and shows every option the server lists',
    { skip },
    async () => {
      const page = await world.open('/market')
      await settled(page)
      const { expiries } = await world.ask('/api/market/surface', surfaceAnswer)
      const wanted = expiries.at(-1)
      assert.ok(wanted !== undefined && expiries.length > 3)
      const choice = page.locator('[data-panel=smile] select')
      await choice.focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => url.searchParams.get('expiry') === wanted.expiryIso, PATIENCE)
      await page.reload()
      await settled(page)
      assert.equal(await page.locator('[data-panel=smile] select').inputValue(), wanted.expiryIso)
      await page.locator('[data-panel=smile] summary').click()
      const { quotes } = await world.ask(`/api/market/smile?expiryIso=${wanted.expiryIso}`, smileAnswer)
      const strikes = (await textsOf(page, '[data-panel=smile] tbody th')).map(plain)
      assert.deepEqual(
        strikes,
        quotes.map(({ strike }) => Number(strike)),
      )
      const heads = await textsOf(page, '[data-panel=vol-surface] tbody th')
      assert.equal(heads.length, expiries.length, 'a row of the surface for each expiry')
      assert.deepEqual(await violationsOn(page), [])
      await page.close()
    },
  )

  test(
    '[UI-04] [L-10] the newest order stands open with its life in the order it happened; a step leads to its cause',
    { skip },
    async () => {
      const page = await world.open('/execution')
      await settled(page)
      const { orders, summary } = await world.ask('/api/orders', ordersAnswer)
      const steps = await textsOf(page, '[data-panel=order-lives] ol li')
      const newest = orders[0]
      assert.ok(newest !== undefined && steps.length >= 5)
      assert.deepEqual(
        steps.map((text) => Number(/event (\d+)/.exec(text)?.[1])),
        newest.steps.map(({ seq }) => seq),
      )
      const gates = (await textsOf(page, '[data-panel=order-costs] ol li')).map((text) => Number(/\d+/.exec(text)?.[0]))
      assert.deepEqual(gates, [summary.wished, summary.wished - summary.refused, summary.sent, summary.accepted, summary.filled])
      const link = page.locator('[data-panel=order-lives] ol li a').first()
      await link.focus()
      await page.keyboard.press('Enter')
      await page.waitForURL(
        (url) => url.pathname === '/decisions' && url.searchParams.get('seq') === String(newest.steps[0]?.seq),
        PATIENCE,
      )
      await page.close()
    },
  )

  test('[UI-04] a panel whose answer fails says so and can be asked again; the others go on', { skip }, async () => {
    const page = await world.open('/execution')
    await settled(page)
    await page.route('**/api/market/book', (route) => route.fulfill({ status: 503, json: { status: 'error', reason: 'not_available' } }))
    await page.goto(`${world.url}/market`)
    await settled(page)
    const panel = page.locator('[data-panel=market-book]')
    await panel.locator('[role=alert]').waitFor(PATIENCE)
    assert.match(await panel.innerText(), /No answer: it answered 503 \(not_available\)/)
    assert.match(await page.locator('[data-panel=market-price]').innerText(), /Index[\s\S]*\d,\d{3}\.\d\d/)
    assert.deepEqual(await violationsOn(page), [])
    const again = page.waitForRequest('**/api/market/book', PATIENCE)
    await panel.locator('button').click()
    await again
    await page.unroute('**/api/market/book')
    await panel.locator('table').waitFor(PATIENCE)
    assert.equal(await panel.locator('tbody tr').count(), 20)
    await page.close()
  })
}
