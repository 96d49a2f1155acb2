/**
 * What runs inside the browser for `page.test.ts`: each function is sent to the page as text, so it uses nothing but its arguments and the
 * page's own globals. Those are declared here by the few members used; the rest of the test tree knows no browser.
 */
interface Shown {
  readonly textContent: string | null
  getAttribute(name: string): string | null
}
interface Axe {
  run(): Promise<{
    readonly passes: readonly object[]
    readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] }[]
  }>
}
declare const document: {
  readonly documentElement: { readonly scrollWidth: number }
  querySelector(selector: string): Shown | null
  querySelectorAll(selector: string): Iterable<Shown>
}
declare const window: { readonly innerWidth: number; readonly axe: Axe; heard: Record<string, unknown> }
declare const EventSource: new (url: string) => {
  addEventListener(type: string, listener: (event: { readonly data: string }) => void): void
}
declare const PerformanceObserver: new (told: (list: { getEntries(): readonly { readonly value: number }[] }) => void) => {
  observe(options: { readonly type: string }): void
  disconnect(): void
}

export type Values = Readonly<Record<string, string>>

/** Every named value on the screen, as of one moment. */
export function readValues(): Values {
  const named = [...document.querySelectorAll('[data-value]')]
  return Object.fromEntries(
    named.map((element) => [element.getAttribute('data-value') ?? '', (element.textContent ?? '').replaceAll('\u00a0', ' ').trim()]),
  )
}

export function isShown([name, pattern]: readonly [string, string]): boolean {
  const text = document.querySelector(`[data-value="${name}"]`)?.textContent ?? ''
  return new RegExp(pattern).test(text.replaceAll('\u00a0', ' ').trim())
}

export function hasChanged([name, known]: readonly [string, string]): boolean {
  const text = document.querySelector(`[data-value="${name}"]`)?.textContent ?? ''
  return text.replaceAll('\u00a0', ' ').trim() !== known
}

/** A second listener on the same stream keeps what it hears, by event number. */
export function listen(): void {
  const heard: Record<string, unknown> = {}
  window.heard = heard
  new EventSource('/api/stream').addEventListener('overview', ({ data }) => {
    const overview = JSON.parse(data) as { readonly platform: { readonly seq: number } }
    heard[String(overview.platform.seq)] = overview
  })
}

/** The screen and what the stream said for the very event the screen shows; undefined until both are there. */
export function screenAndSource(): { readonly values: Values; readonly overview: unknown } | undefined {
  const named = [...document.querySelectorAll('[data-value]')]
  const values = Object.fromEntries(named.map((element) => [element.getAttribute('data-value') ?? '', element.textContent ?? '']))
  const overview = window.heard[(values['seq'] ?? '').replaceAll(',', '')]
  return overview === undefined ? undefined : { values, overview }
}

/** How much the layout moved by itself within `ms` (the browser's own measure). */
export async function layoutShiftWithin(ms: number): Promise<number> {
  let score = 0
  const observer = new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) score += value
  })
  observer.observe({ type: 'layout-shift' })
  await new Promise((resolve) => setTimeout(resolve, ms))
  observer.disconnect()
  return score
}

export function fitsSideways(): boolean {
  return document.documentElement.scrollWidth <= window.innerWidth
}

/** Serious and critical violations; a run that looked at next to nothing is one as well. */
export async function seriousViolations(): Promise<readonly string[]> {
  const { passes, violations } = await window.axe.run()
  if (passes.length < 15) return [`axe looked at too little: ${passes.length} rules passed`]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
