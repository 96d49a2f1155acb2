/** The decisions page: all that the journal keeps, filtered by the server, and the walk from an order to what began it. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { explainAnswer } from '#api/contract.ts'
import { decisionsAnswer } from '#api/contract-decisions.ts'
import { PATIENCE, settled, violationsOn, type World } from './console-world.ts'
import * as inPage from './in-page.ts'

const rowsOf = (page: Page) => page.locator('[data-panel=all-decisions] [data-seq]')
const seqsOf = (page: Page): Promise<number[]> =>
  rowsOf(page).evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-seq'))))

export function decisionFlows(world: World, skip: string | false): void {
  test('[API-06] the list is the server’s, newest first, and says how far back the journal was read', { skip }, async () => {
    const page = await world.open('/decisions')
    await settled(page)
    await page.waitForFunction(inPage.textMatches, ['[data-value=decisions-reach]', '^the whole journal'] as const, PATIENCE)
    const { decisions } = await world.ask('/api/decisions?limit=500', decisionsAnswer)
    const shown = await seqsOf(page)
    assert.ok(shown.length >= 3, 'an order, a quote and a cover at least')
    const known = decisions.map(({ seq }) => seq)
    const from = known.indexOf(shown[0] ?? 0)
    assert.deepEqual(shown, known.slice(from, from + shown.length))
    await page.close()
  })

  test(
    '[API-06] from an approved order, by keyboard alone, back to the call that began it; each step as the server tells it',
    { skip },
    async () => {
      const page = await world.open('/decisions')
      await settled(page)
      await page.locator('[data-panel=all-decisions] select').first().selectOption('order_approved')
      await page.waitForFunction(
        inPage.everyTextMatches,
        ['[data-panel=all-decisions] [data-seq] button[aria-expanded]', '^Order approved'] as const,
        PATIENCE,
      )
      const row = rowsOf(page).first()
      const seq = Number(await row.getAttribute('data-seq'))
      await row.locator('button[aria-expanded]').focus()
      await page.keyboard.press('Enter')
      await row.locator('ol li').first().waitFor(PATIENCE)
      const { chain } = await world.ask(`/explain/${seq}`, explainAnswer)
      const steps = await row.locator('ol li').allInnerTexts()
      assert.equal(steps.length, chain.length)
      for (const [i, { seq: cause, topic }] of chain.entries())
        assert.match(steps[i] ?? '', new RegExp(`${topic.replaceAll('_', ' ')}[\\s\\S]*event ${cause}\\b`))
      assert.match(steps.at(-1) ?? '', /it began here/)
      assert.match(steps[0] ?? '', /buy|sell/)
      assert.deepEqual(await violationsOn(page), [])
      await page.keyboard.press('Enter')
      assert.equal(await row.locator('ol li').count(), 0)
      await page.close()
    },
  )

  test('[API-06] a filter stands in the address: it is kept by a reload and shown to whoever gets the link', { skip }, async () => {
    const page = await world.open('/decisions?outcome=refused&text=nothing-has-these-words')
    await settled(page)
    await page.getByText('No decision fits.').waitFor(PATIENCE)
    await page.getByRole('button', { name: 'Show all' }).click()
    await rowsOf(page).first().waitFor(PATIENCE)
    assert.equal(page.url(), `${world.url}/decisions`)
    await page.locator('[data-panel=all-decisions] input[type=search]').fill('cover')
    await page.waitForURL(/text=cover/)
    await page.reload()
    await settled(page)
    assert.equal(await page.locator('[data-panel=all-decisions] input[type=search]').inputValue(), 'cover')
    await page.close()
  })

  test('[API-06] an event is walked by its number, and a number that was never written is said to be none', { skip }, async () => {
    const { decisions } = await world.ask('/api/decisions?limit=1', decisionsAnswer)
    const page = await world.open(`/decisions?seq=${decisions[0]?.seq}`)
    await page.locator('[data-panel=walk] ol li').first().waitFor(PATIENCE)
    const input = page.locator('[data-panel=walk] input')
    await input.fill('999999999')
    await input.press('Enter')
    await page.locator('[data-panel=walk] [role=alert]').waitFor(PATIENCE)
    assert.match(await page.locator('[data-panel=walk]').innerText(), /not_found/)
    await page.close()
  })
}
