/** The component in a page that has React: drawn into a shadow root of its own, with typed props in place of attributes and events. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fireEvent, waitFor, within } from '@testing-library/dom'
import './dom.fixture.ts'
import { COVER, HELD } from './answers.fixture.ts'
import { serve } from './server.fixture.ts'

const { createElement, StrictMode } = await import('react')
const { render, cleanup } = await import('@testing-library/react')
const { BallastProtection } = await import('./react.tsx')

after(cleanup)
const groundOf = (host: Element): HTMLElement => host.shadowRoot?.querySelector('.root') as HTMLElement
const text = (host: Element): string => (groundOf(host)?.textContent ?? '').replaceAll('\u00a0', ' ')
const shows = (host: Element, pattern: RegExp): Promise<void> =>
  waitFor(() => assert.match(text(host), pattern), { timeout: 4_000, container: document.body })

test('[UI-01] the component goes the whole way and calls back; nothing of it stands outside its shadow root', async () => {
  const api = serve()
  const heard: string[] = []
  const positions = [HELD]
  const props = {
    accountId: 'demo',
    theme: 'dark' as const,
    positions,
    onQuoted: ({ quoteId }: { readonly quoteId: string }) => heard.push(`quoted ${quoteId}`),
    onActivated: ({ coverageId }: { readonly coverageId: string }) => heard.push(`activated ${coverageId}`),
  }
  const { container, rerender, unmount } = render(createElement(StrictMode, null, createElement(BallastProtection, props)))
  const host = container.firstElementChild as HTMLElement
  assert.equal(host.getAttribute('theme'), 'dark')
  await shows(host, /about 42\.32 USDC/)
  assert.equal(host.children.length, 0)
  rerender(createElement(StrictMode, null, createElement(BallastProtection, { ...props, theme: 'light' })))
  assert.equal(host.getAttribute('theme'), 'light')
  fireEvent.click(within(groundOf(host)).getByRole('button', { name: 'Get a firm price' }))
  await shows(host, /Activate for 42\.32 USDC/)
  fireEvent.click(within(groundOf(host)).getByRole('button', { name: /Activate for/ }))
  await shows(host, /Protection is active/)
  assert.deepEqual([...new Set(heard)], ['quoted quote-1', 'activated cover-77'])
  assert.equal(api.count('/audit/export'), 1)
  unmount()
  const asked = api.asked.length
  await new Promise((resolve) => setTimeout(resolve, 2_200))
  assert.equal(api.asked.length, asked)
})

test('[UI-01] what the certificate no longer bears out is told as what was bought, not as what holds', async () => {
  for (const certificateHolds of [true, false]) {
    const api = serve()
    api.replies['/coverage/active'] = { status: 'ok', coverages: [{ ...COVER, certificateHolds }] }
    const { container, unmount } = render(createElement(BallastProtection, { accountId: 'demo', positions: [HELD] }))
    const host = container.firstElementChild as HTMLElement
    await shows(host, certificateHolds ? /However far BTC falls/ : /As it was bought: however far BTC falls/)
    assert.equal(/not certain now/.test(text(host)), !certificateHolds)
    unmount()
  }
})

test('[UI-03] positions may be a function or a source of the page’s own', async () => {
  const api = serve()
  const own = { name: 'own', knownBy: 'server', load: () => Promise.resolve([{ ...HELD, size: '2' }]) } as const
  const first = render(createElement(BallastProtection, { accountId: 'demo', positions: own }))
  await shows(first.container.firstElementChild as HTMLElement, /Long 2 BTC/)
  assert.equal(api.count('/portfolio/ingest'), 0)
  first.unmount()
  const fetchPositions = (): Promise<readonly (typeof HELD)[]> => Promise.resolve([{ ...HELD, size: '3' }])
  const second = render(createElement(BallastProtection, { accountId: 'demo', positions: fetchPositions }))
  await shows(second.container.firstElementChild as HTMLElement, /Long 3 BTC/)
  assert.equal(api.count('/portfolio/ingest'), 1)
})
