/** The audit page: two views, every number opens its entries, the search, and the verification of the journal. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { AUDIT_EVENTS_SHOWN, verifyAnswer } from '#api/contract-decisions.ts'
import { summaryAnswer } from '#api/contract-audit.ts'
import { PATIENCE, settled, untilShown, type World } from './console-world.ts'
import * as inPage from './in-page.ts'

const entriesOn = (page: Page) => page.locator('[data-panel=audit-entries] [data-seq]')

const NEW_MAX = 20 // what may have come in since it was counted

/** Counts that nearly stand still while the market goes on, once there are a few. */
async function steadyCounts(world: World): Promise<readonly (readonly [string, number])[]> {
  for (const end = Date.now() + PATIENCE.timeout; ; await pause(500)) {
    const { counts } = await world.ask('/audit/summary?mode=exec', summaryAnswer)
    const steady = Object.entries(counts).filter(([event, count]) => count > 0 && count < 100 && !/mtm|demo/.test(event))
    if (steady.length >= 2) return steady
    assert.ok(Date.now() < end, `a cover and its order at least: ${JSON.stringify(counts)}`)
  }
}

export function auditFlows(world: World, skip: string | false): void {
  test('[UI-02] every count opens the entries behind it, as many as it counts', { skip }, async () => {
    const page = await world.open('/audit')
    await settled(page)
    const steady = await steadyCounts(world)
    for (const [event, count] of steady) {
      const words = event.replaceAll('_', ' ')
      await page.getByRole('button', { name: new RegExp(`^${words}: `) }).click()
      await page.waitForFunction(
        inPage.everyTextMatches,
        ['[data-panel=audit-entries] [data-seq] button[aria-expanded]', `^${words}`] as const,
        PATIENCE,
      )
      const listed = Number(/^\d+/.exec(await page.locator('[data-value=entries-shown]').innerText())?.[0])
      assert.ok(listed >= count && listed <= count + NEW_MAX, `${event}: ${count} counted, ${listed} listed`)
    }
    await page.close()
  })

  test(
    '[UI-02] the executive view names no internal event and shows no figure of the platform’s own; the internal one does',
    { skip },
    async () => {
      const page = await world.open('/audit')
      await settled(page)
      const internal = AUDIT_EVENTS_SHOWN.internal
        .filter((event) => !AUDIT_EVENTS_SHOWN.exec.includes(event))
        .map((event) => event.replaceAll('_', ' '))
      const exec = (await page.locator('main').innerText()).toLowerCase()
      for (const hidden of [...internal, 'subsidy', 'better than the bound', 'passed through'])
        assert.ok(!exec.includes(hidden), `${hidden} is hidden`)
      await page.getByRole('button', { name: 'Internal' }).click()
      await page.waitForFunction(inPage.textMatches, ['[data-panel=audit-summary]', 'Subsidy today'] as const, PATIENCE)
      const all = (await page.locator('[data-panel=audit-summary]').innerText()).toLowerCase()
      for (const shown of internal) assert.ok(all.includes(shown), `${shown} is counted`)
      await page.close()
    },
  )

  test('[UI-02] an opened entry shows its payload, its hash, and leads to what caused it', { skip }, async () => {
    const page = await world.open('/audit?event=coverage_activated')
    await settled(page)
    const entry = entriesOn(page).first()
    await entry.locator('button[aria-expanded]').click()
    const text = await entry.innerText()
    assert.match(text, /"floorEquity"/)
    assert.match(text, /[0-9a-f]{64}/)
    await entry.getByRole('link', { name: 'Walk back to the cause' }).click()
    await page.locator('[data-panel=walk] ol li').first().waitFor(PATIENCE)
    assert.match(await page.locator('[data-panel=walk] ol').innerText(), /coverages[\s\S]*it began here/)
    await page.close()
  })

  test(
    '[UI-02] [PE-01] the verify button: the server reads its journal and says what is vouched for and what the signature proves',
    { skip },
    async () => {
      const page = await world.open('/audit')
      await settled(page)
      await page.getByRole('button', { name: 'Verify the journal' }).click()
      await untilShown(page, 'verify-verdict', '^Whole: [\\d,]+ records, up to event \\d+$')
      const { report } = await world.ask('/api/audit/verify', verifyAnswer)
      const said = await page.locator('[data-panel=verify]').innerText()
      assert.equal(report?.ok, true)
      assert.ok(said.includes(`up to event ${report?.vouched.seq}`))
      assert.match(said, /not against the holder of that key/)
      assert.ok(said.includes(report?.publicKey ?? 'no key'))
      await page.close()
    },
  )
}
