/** Every page is reached, by mouse and by keyboard alone; the focus follows, the keys are told, and the title says where one is. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { PAGES, settled, untilShown, type World } from './console-world.ts'
import * as inPage from './in-page.ts'

const headingOf = (page: Page): Promise<string> => page.locator('main h1').innerText()

export function navigationFlows(world: World, skip: string | false): void {
  test('[UI-04] the account is there and protected before anything else is asked', { skip }, async () => {
    const page = await world.open('/')
    await untilShown(page, 'answer', '^Safe')
    await page.close()
  })

  test('[UI-04] every page opens by its address and shows its own panels, and the mode on each is beyond doubt', { skip }, async () => {
    const seen = new Set<string>()
    for (const { path, title } of PAGES) {
      const page = await world.open(path)
      await settled(page)
      assert.equal(await headingOf(page), title)
      assert.equal(await page.locator('[data-value=mode]').innerText(), 'SIM', path)
      assert.match(await page.title(), /SIM/, path)
      const panels = await page.locator('[data-panel]').evaluateAll((found) => found.map((one) => one.getAttribute('data-panel') ?? ''))
      assert.ok(panels.length > 0, `${path} has panels`)
      for (const panel of panels) assert.ok(!seen.has(panel), `${panel} stands on one page`)
      for (const panel of panels) seen.add(panel)
      await page.close()
    }
    assert.equal((await fetch(`${world.url}/no-such-page`)).status, 404)
  })

  test('[UI-04] by keyboard alone: a number opens its page and the focus is on its heading; ? tells the keys', { skip }, async () => {
    const page = await world.open('/')
    await settled(page)
    for (const [place, { title, path }] of [...PAGES.entries()].toReversed()) {
      await page.keyboard.press(String(place + 1))
      await page.waitForURL(world.url + path)
      assert.equal(await page.evaluate(inPage.focused), title)
    }
    await page.keyboard.press('?')
    const dialog = page.locator('dialog[open]')
    await dialog.waitFor()
    const said = await dialog.innerText()
    for (const { title } of PAGES) assert.ok(said.includes(title), `${title} is among the keys`)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.close()
  })

  test('[UI-04] by Tab and Enter alone: past the navigation to the content, and to another page', { skip }, async () => {
    const page = await world.open('/audit')
    await settled(page)
    await page.keyboard.press('Tab')
    assert.match(await page.evaluate(inPage.focused), /content/i, 'the first stop leads past the navigation')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(inPage.focusedId), 'content')
    await page.locator('nav a', { hasText: 'Decisions' }).first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`${world.url}/decisions`)
    assert.equal(await page.evaluate(inPage.focused), 'Decisions')
    await page.close()
  })

  test('[UI-04] times in UTC or in local time, on every page alike and after a reload', { skip }, async () => {
    const page = await world.open('/decisions')
    await settled(page)
    await page.getByRole('button', { name: /^Local/ }).click()
    await page.waitForFunction(inPage.textMatches, ['[data-panel=all-decisions] label', 'UTC[+−]\\d'] as const)
    await page.reload()
    await settled(page)
    assert.match(await page.locator('[data-panel=all-decisions] label', { hasText: 'From' }).innerText(), /UTC[+−]\d/)
    await page.getByRole('button', { name: 'UTC', exact: true }).click()
    await page.close()
  })
}
