/** The line to the server: slow, failing, gone and back. What is shown is never older than it says, and nothing decided meanwhile is missed. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { decisionsAnswer } from '#api/contract-decisions.ts'
import type { ListedDecision } from '#api/contract-decisions.ts'
import { PATIENCE, settled, untilShown, type World } from './console-world.ts'
import * as inPage from './in-page.ts'

export function lineFlows(world: World, skip: string | false): void {
  test('[UI-04] while the server is slow every panel says that it asks, keeps its place, and then shows the answer', { skip }, async () => {
    const page = await world.blank()
    const held = Promise.withResolvers<void>()
    await page.route('**/api/decisions*', async (route) => {
      await held.promise
      await route.continue()
    })
    await page.goto(`${world.url}/decisions`)
    const panel = page.locator('[data-panel=all-decisions]')
    await panel.locator('[data-state=loading]').waitFor(PATIENCE)
    assert.match(await panel.innerText(), /Asking the server/)
    const { y = 0, height: before = 0 } = (await panel.locator('[data-state]').boundingBox()) ?? {}
    assert.ok(before > 100, 'it keeps the room of its rows')
    held.resolve()
    await panel.locator('[data-state=there]').waitFor(PATIENCE)
    assert.equal((await panel.locator('[data-state]').boundingBox())?.y, y, 'the rows stand where the waiting stood')
    await page.close()
  })

  test('[UI-04] a question that fails is said with its reason, and asked again by a button', { skip }, async () => {
    const page = await world.blank()
    await page.route('**/audit/summary*', (route) => route.fulfill({ status: 503, json: { status: 'error', reason: 'not_ready' } }))
    await page.goto(`${world.url}/audit`)
    const panel = page.locator('[data-panel=audit-summary]')
    await panel.locator('[role=alert]').waitFor(PATIENCE)
    assert.match(await panel.innerText(), /503 \(not_ready\)/)
    await page.unroute('**/audit/summary*')
    await panel.getByRole('button', { name: 'Try again' }).click()
    await panel.locator('[data-state=there]').waitFor(PATIENCE)
    await page.route('**/audit/summary*', (route) => route.abort())
    await panel.locator('[data-state=stale]').waitFor(PATIENCE)
    assert.match(await panel.innerText(), /stale, .* old[\s\S]*coverage activated/, 'what was known stays, marked with its age')
    await page.close()
  })

  test(
    '[API-04] [UI-04] the server goes and comes back: the page says so, then resumes from the last event it heard',
    { skip },
    async () => {
      const page = await world.blank()
      const resumed: string[] = []
      await page.addInitScript(inPage.keepEventIds)
      page.on('request', (request) => {
        if (request.url().includes('stream')) resumed.push(request.headers()['last-event-id'] ?? '')
      })
      await page.goto(world.url)
      await untilShown(page, 'connection', '^Live$')
      await untilShown(page, 'answer', '^Safe')
      await page.waitForFunction(inPage.hasHeard, 2, PATIENCE)
      const known = await allDecisions(world)
      await world.restart(async () => {
        await untilShown(page, 'connection', '^Not connected')
        assert.equal(await page.locator('[data-value=answer]').first().innerText(), 'Cannot tell')
      })
      await untilShown(page, 'connection', '^Live$')
      await untilShown(page, 'answer', '^Safe')
      const ids = await page.evaluate(inPage.heardIds)
      assert.ok(
        ids.overviews.every((id, i) => i === 0 || id >= (ids.overviews[i - 1] ?? 0)),
        'ids never fall',
      )
      assert.equal(new Set(ids.decisions).size, ids.decisions.length, 'each decision is told once')
      const afterwards = await allDecisions(world)
      const first = Math.min(...ids.overviews)
      const missed = afterwards.filter(({ seq }) => seq > first && !ids.decisions.includes(seq))
      assert.deepEqual(
        missed.map(({ seq, kind }) => `${seq} ${kind}`),
        [],
      )
      assert.ok(
        known.every(({ seq }) => afterwards.some((one) => one.seq === seq)),
        'the journal went on',
      )
      await page.goto(`${world.url}/decisions`)
      await settled(page)
      await page.close()
    },
  )
}

/** A busy server reads its journal in slices: page by page until there is no next. */
async function allDecisions(world: World): Promise<readonly ListedDecision[]> {
  const all: ListedDecision[] = []
  for (let before = ''; ;) {
    const { decisions, next } = await world.ask(`/api/decisions?limit=500${before}`, decisionsAnswer)
    all.push(...decisions)
    if (next === null) return all
    before = `&before=${next}`
  }
}
