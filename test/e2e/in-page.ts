/**
 * What runs inside the browser for the tests of this folder: each function is sent to the page as text, so it uses nothing but its arguments and the
 * page's own globals. Those are declared here by the few members used; the rest of the test tree knows no browser.
 */
interface Shown {
  readonly textContent: string | null
  querySelector(selector: string): Shown | null
  querySelectorAll(selector: string): Iterable<Shown>
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
  readonly activeElement: Shown | null
  querySelector(selector: string): Shown | null
  querySelectorAll(selector: string): Iterable<Shown>
}
declare const requestAnimationFrame: (next: (at: number) => void) => void
declare const window: {
  readonly innerWidth: number
  readonly axe: Axe
  heard: Record<string, unknown>
  heardIds: Heard
  isCut?: boolean
  isMended?: boolean
}
interface Heard {
  readonly overviews: number[]
  readonly decisions: number[]
}
declare const EventSource: new (url: string) => {
  addEventListener(type: string, listener: (event: { readonly data: string; readonly lastEventId: string }) => void): void
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

/** Violations of any weight; a run that looked at next to nothing is one as well. */
export async function violations(): Promise<readonly string[]> {
  const { passes, violations: found } = await window.axe.run()
  if (passes.length < 15) return [`axe looked at too little: ${passes.length} rules passed`]
  return found.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html ?? ''}`)
}

/** The stream has spoken and no panel waits for its first answer. */
export function isSettled(): boolean {
  const asking = document.querySelector('[data-state=loading]')
  const index = document.querySelector('[data-value=index]')?.textContent ?? ''
  return asking === null && /\d/.test(index)
}

/** What has the focus, by its words. */
export function focused(): string {
  return (document.activeElement?.textContent ?? '').trim()
}

export function focusedId(): string {
  return document.activeElement?.getAttribute('id') ?? ''
}

export function textMatches([selector, pattern]: readonly [string, string]): boolean {
  const found = [...document.querySelectorAll(selector)]
  return found.some(({ textContent }) => new RegExp(pattern).test((textContent ?? '').replaceAll('\u00a0', ' ').trim()))
}

/** There is at least one, and all of them match; upper and lower case are one. */
export function everyTextMatches([selector, pattern]: readonly [string, string]): boolean {
  const found = [...document.querySelectorAll(selector)]
  return found.length > 0 && found.every(({ textContent }) => new RegExp(pattern, 'i').test((textContent ?? '').trim()))
}

/** Before the page's own script: every stream it opens tells its ids here as well. */
export function keepEventIds(): void {
  const heard = { overviews: [] as number[], decisions: [] as number[] }
  window.heardIds = heard
  const Source = EventSource
  const kept = function (url: string): InstanceType<typeof EventSource> {
    const source = new Source(url)
    source.addEventListener('overview', ({ lastEventId }) => void heard.overviews.push(Number(lastEventId)))
    source.addEventListener('decision', ({ lastEventId }) => void heard.decisions.push(Number(lastEventId)))
    return source
  }
  Object.assign(kept, { OPEN: 1, CLOSED: 2, CONNECTING: 0 })
  Object.assign(globalThis, { EventSource: kept })
}

export function hasHeard(overviews: number): boolean {
  return window.heardIds.overviews.length >= overviews
}

export function heardIds(): { readonly overviews: readonly number[]; readonly decisions: readonly number[] } {
  return window.heardIds
}

/** In the place of the stream: it is open, tells one overview, and then the market stands still. */
export function standingStream(overview: string): void {
  const standing = function (): object {
    return {
      get readyState() {
        return window.isCut === true ? 0 : 1
      },
      close: () => undefined,
      addEventListener: (type: string, listener: (event: { readonly data: string; readonly lastEventId: string }) => void) => {
        if (type === 'overview') setTimeout(() => listener({ data: overview, lastEventId: '1' }), 0)
      },
    }
  }
  Object.assign(standing, { OPEN: 1, CLOSED: 2, CONNECTING: 0 })
  Object.assign(globalThis, { EventSource: standing })
}

export function sinceNavigation(): number {
  return performance.now()
}

/** Frames the browser drew within `ms`, and the longest wait between two. */
export function framesWithin(ms: number): Promise<{ readonly perSecond: number; readonly longestMs: number }> {
  return new Promise((resolve) => {
    let [count, longestMs] = [0, 0]
    const from = performance.now()
    let before = from
    const next = (at: number): void => {
      longestMs = Math.max(longestMs, at - before)
      before = at
      count += 1
      if (at - from < ms) requestAnimationFrame(next)
      else resolve({ perSecond: (count * 1_000) / (at - from), longestMs })
    }
    requestAnimationFrame(next)
  })
}

/** In the place of the stream: it opens and says nothing. */
export function silentStream(): void {
  const silent = function (): object {
    return { readyState: 1, close: () => undefined, addEventListener: () => undefined }
  }
  Object.assign(silent, { OPEN: 1, CLOSED: 2, CONNECTING: 0 })
  Object.assign(globalThis, { EventSource: silent })
}

/** The standing stream is down from now on. */
export function cutTheStream(): void {
  window.isCut = true
}

/** Each panel's words after its heading, and the states of what it asked for. */
export function panelStates(): readonly { readonly panel: string; readonly text: string; readonly states: readonly string[] }[] {
  return [...document.querySelectorAll('[data-panel]')].map((panel) => ({
    panel: panel.getAttribute('data-panel') ?? '',
    text: (panel.textContent ?? '')
      .slice((panel.querySelector('h2')?.textContent ?? '').length)
      .replaceAll('\u00a0', ' ')
      .trim(),
    states: [...panel.querySelectorAll('[data-state]')].map((one) => one.getAttribute('data-state') ?? ''),
  }))
}

/** Save for what is loaded in pieces: a history that never answers waits in words of its own. */
export function nothingLoads(): boolean {
  return document.querySelector('[data-panel]') !== null && document.querySelector('[data-state=loading]') === null
}

/** Before the page's own script: the list of checks throws when it is put in order, until it is mended. */
export function breakChecks(): void {
  const real = Reflect.get(Array.prototype, 'toSorted') as (this: readonly unknown[], order?: unknown) => unknown[]
  const broken = function (this: readonly unknown[], order?: unknown): unknown[] {
    const isOfChecks = this.some((one) => typeof one === 'object' && one !== null && 'detail' in one && 'ok' in one)
    if (isOfChecks && !window.isMended) throw new Error('made for a test')
    return real.call(this, order)
  }
  Reflect.set(Array.prototype, 'toSorted', broken)
}

export function mendChecks(): void {
  window.isMended = true
}
