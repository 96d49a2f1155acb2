/**
 * What the widget's browser tests share: pages to embed it in, and what runs inside them. Those functions are sent to the page as text, so each uses
 * nothing but its arguments and the page's own globals, which are declared here by the few members used.
 */
import type { Locator, Page } from 'playwright-core'

interface Part {
  readonly shadowRoot: { readonly activeElement: Part | null; querySelectorAll(selector: string): Iterable<Part> } | null
  readonly tagName: string
  readonly className: string
  readonly scrollWidth: number
  readonly clientWidth: number
  readonly textContent: string | null
  closest(selector: string): Part | null
}
interface Axe {
  run(context: string): Promise<{
    readonly passes: readonly object[]
    readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] }[]
  }>
}
declare const document: { readonly activeElement: Part | null; querySelectorAll(selector: string): Iterable<Part> }
declare const window: { readonly axe: Axe }
declare const getComputedStyle: (part: Part) => { getPropertyValue(name: string): string }

const PROPERTIES = [
  'color',
  'background-color',
  'font-size',
  'font-family',
  'font-weight',
  'line-height',
  'display',
  'padding-top',
  'border-radius',
  'letter-spacing',
  'text-align',
  'transform',
  'visibility',
  'direction',
]

/** How everything inside looks, part by part; the same on a clean page and on a hostile one. */
export function looks(page: Page): Promise<readonly string[]> {
  return page.evaluate((names) => {
    const [host] = [...document.querySelectorAll('ballast-protection')]
    const parts = [
      ...(host?.shadowRoot?.querySelectorAll(
        '.root, .root .head, .root h2, .root h3, .root p, .root button, .root label, .root input, .root summary, .root fieldset, .root .chips, .root .soft',
      ) ?? []),
    ]
    return parts.map((part) => {
      const style = getComputedStyle(part)
      return `${part.tagName}.${part.className}: ${names.map((name) => `${name} ${style.getPropertyValue(name)}`).join('; ')}`
    })
  }, PROPERTIES)
}

/** Everything axe objects to in the widget; a run that looked at next to nothing is an objection. */
export function objections(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { passes, violations } = await window.axe.run('ballast-protection')
    if (passes.length < 12) return [`axe looked at too little: ${passes.length} rules passed`]
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** The words of the part that has the focus, inside the shadow root as well. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at = document.activeElement
    while (at?.shadowRoot?.activeElement !== null && at?.shadowRoot?.activeElement !== undefined) at = at.shadowRoot.activeElement
    return `${at?.tagName ?? ''}${at?.closest('dialog') === null ? '' : ' in dialog'} ${(at?.textContent ?? '').replaceAll('\u00a0', ' ').trim()}`
  })
}

/** Names of parts that are wider than the place they have. */
export function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const hosts = [...document.querySelectorAll('ballast-protection')]
    const parts = hosts.flatMap((host) => [...(host.shadowRoot?.querySelectorAll('.root, .root *') ?? [])])
    return parts
      .filter(
        ({ scrollWidth, clientWidth, className }) =>
          clientWidth > 1 && scrollWidth > clientWidth + 1 && !String(className).includes('only-read'),
      )
      .map(({ tagName, className }) => `${tagName}.${className}`)
  })
}

/** A page of the same host that holds what it is given, without the example's script. */
export async function embed(
  page: Page,
  base: string,
  { style = '', body = '<ballast-protection account-id="demo"></ballast-protection>' } = {},
): Promise<void> {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>host</title><style>${style}</style><script type="module" src="/widget/ballast-widget.js"></script></head><body><p id="own">own words</p>${body}</body></html>`
  await page.route('**/embedded', (route) => route.fulfill({ contentType: 'text/html', body: html }))
  await page.goto(`${base}/embedded`)
}

/** Tab by Tab to a part whose words fit; the Tabs it took. */
export async function tabTo(page: Page, words: RegExp, most = 60): Promise<number> {
  for (let tabs = 1; tabs <= most; tabs++) {
    await page.keyboard.press('Tab')
    if (words.test(await focused(page))) return tabs
  }
  throw new Error(`${String(words)} is not reached in ${most} Tabs; the focus is on ${await focused(page)}`)
}

/** From the firm price to an active cover, however often the exchange has nothing to sell: a dearer price is looked at and accepted. */
export async function untilActive(widget: Locator, press: (button: Locator) => Promise<void>): Promise<void> {
  const done = widget.locator('[data-new=true]')
  const again = widget.locator('[data-action=again]:not([aria-disabled=true]), [data-action=activate]:not([aria-disabled=true])')
  for (let tries = 0; tries < 40; tries++) {
    await done.or(again).first().waitFor({ timeout: 45_000 })
    if (await done.isVisible()) return
    await press(again.first()).catch(() => undefined) // it may be gone by now: the next look says what there is
    await widget.page().waitForTimeout(400)
  }
  throw new Error(`no active cover: ${(await widget.locator('.card').textContent()) ?? ''}`)
}

export function setAttribute(element: Locator, name: string, value: string): Promise<void> {
  return element.evaluate(
    (target, [attribute, text]) => (target as unknown as { setAttribute(name: string, value: string): void }).setAttribute(attribute, text),
    [name, value] as const,
  )
}

/** Computed values of a part, by name. */
export function styleOf(part: Locator, ...names: readonly string[]): Promise<readonly string[]> {
  return part.evaluate((target, wanted) => wanted.map((name) => getComputedStyle(target as unknown as Part).getPropertyValue(name)), names)
}
