/** The element in a page: the flow by its buttons, its events, its attributes, two of them side by side, and nothing left behind. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { fireEvent, waitFor, within } from '@testing-library/dom'
import './dom.fixture.ts'
import { firmQuote, HELD, PASS_THROUGH, POSITIONS, TERMS } from './answers.fixture.ts'
import { serve } from './server.fixture.ts'

const { BallastProtectionElement, defineBallastProtection } = await import('./element.tsx')
defineBallastProtection()
defineBallastProtection() // a second script tag does no harm

function place(attributes: Readonly<Record<string, string>> = {}): InstanceType<typeof BallastProtectionElement> {
  const element = document.createElement('ballast-protection') as InstanceType<typeof BallastProtectionElement>
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  document.body.append(element)
  return element
}
const inside = (element: HTMLElement) => within(element.shadowRoot?.querySelector('.root') as HTMLElement)
const text = (element: HTMLElement): string => (element.shadowRoot?.querySelector('.root')?.textContent ?? '').replaceAll('\u00a0', ' ')
const shows = (element: HTMLElement, pattern: RegExp): Promise<void> =>
  waitFor(() => assert.match(text(element), pattern), { timeout: 4_000, container: document.body })

afterEach(() => {
  document.body.innerHTML = ''
})

test('[UI-01] from the form to an active cover in two presses; the page hears of both', async () => {
  const api = serve()
  const element = place()
  const heard: string[] = []
  for (const name of ['quoted', 'activated'])
    document.addEventListener(`ballast:${name}`, (event) => heard.push(`${name} ${event.composed}`))
  await shows(element, /about 42\.32 USDC/)
  fireEvent.click(inside(element).getByRole('button', { name: 'Get a firm price' }))
  await shows(element, /stops under 82,000\.00/)
  fireEvent.click(inside(element).getByRole('button', { name: /Activate for 42\.32/ }))
  await shows(element, /Protection is active\./)
  await shows(element, /Active · 0\.5 BTC under 82,000\.00/)
  assert.match(text(element), /covered100 %/)
  assert.deepEqual(heard, ['quoted true', 'activated true'])
  assert.deepEqual(api.asked.find(({ path }) => path === '/audit/export')?.body, { accountId: 'demo', quoteId: 'quote-1' })
  assert.deepEqual(api.asked.find(({ path }) => path === '/put/quote')?.body, {
    accountId: 'demo',
    positionId: 'p2',
    asset: 'BTC',
    side: 'long',
    tierName: 'Bronze',
    leverage: '5',
    positionSize: '0.5',
    drawdownFloorPct: '0.1',
    tenorDays: '2',
    renewal: 'hold-limit',
  })
  fireEvent.click(inside(element).getByRole('button', { name: 'Audit trail' }))
  await shows(element, /Cover activated: floor 15,922\.67 USDC/)
  assert.doesNotMatch(text(element), /Valued:/)
})

test('[P-04] a price over the fixed price is bought with consent alone, with every amount stated', async () => {
  const api = serve()
  api.replies['/put/quote'] = firmQuote({ status: 'pass_through_capped', passThrough: PASS_THROUGH, expiresAt: '2026-01-01T02:00:00.000Z' })
  const element = place({ 'fixed-price': '30' })
  await shows(element, /about 42\.32/)
  fireEvent.click(inside(element).getByRole('button', { name: 'Get a firm price' }))
  await shows(element, /I agree to pay 42\.32 USDC, 12\.32 USDC more than the fixed price/)
  assert.match(
    text(element),
    /fixed price30\.00 USDCyou pay42\.32 USDCthe platform bears1\.50 USDCthe most that may be passed on45\.00 USDC/,
  )
  const press = (): boolean => fireEvent.click(inside(element).getByRole('button', { name: /Activate for/ }))
  press()
  await shows(element, /Tick the box to go on/)
  assert.equal(api.count('/audit/export'), 0)
  fireEvent.click(inside(element).getByRole('checkbox', { name: /I agree to pay/ }))
  press()
  await shows(element, /Protection is active/)
  assert.deepEqual(api.asked.find(({ path }) => path === '/audit/export')?.body, {
    accountId: 'demo',
    quoteId: 'quote-1',
    consent: { passThrough: true },
  })
  assert.equal(api.asked.find(({ path }) => path === '/put/quote')?.body?.['allowPremiumPassThrough'], true)
})

test('[UI-01] errors stand at their fields, and one press takes the server’s remedy', async () => {
  const api = serve()
  const explanation = {
    code: 'insufficient_size',
    field: 'positionSize',
    seen: '0.5',
    limit: '0.3',
    flip: { field: 'positionSize', to: '0.3' },
  }
  api.replies['/put/preview'] = ({ body }: { body?: Readonly<Record<string, unknown>> | undefined }) =>
    body?.['positionSize'] === '0.3'
      ? { ...firmQuote(), cached: { ageMs: 0, bucketDistance: 0 } }
      : { status: 'no_quote', reason: 'insufficient_size', explanation }
  const element = place()
  await shows(element, /Only 0\.3 BTC are on offer, less than 0\.5 BTC/)
  const size = inside(element).getByLabelText('Size')
  const about = size.getAttribute('aria-describedby') ?? ''
  assert.equal(size.getAttribute('aria-invalid'), 'true')
  assert.match(element.shadowRoot?.getElementById(about)?.textContent ?? '', /Only 0\.3/)
  fireEvent.click(inside(element).getByRole('button', { name: /^Use 0\.3.BTC$/ }))
  await shows(element, /about 42\.32 USDC/)
  fireEvent.input(size, { target: { value: '0.7' } })
  await shows(element, /At most 0\.5 BTC of this position can still be covered/)
  fireEvent.click(inside(element).getByRole('button', { name: 'Get a firm price' }))
  assert.equal(api.count('/put/quote'), 0)
})

test('[UI-03] a partner’s element shows and states nothing until positions are handed in, also when that was before it was placed', async () => {
  const api = serve()
  const element = place({ source: 'partner', 'account-id': 'demo' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual([api.asked.length, text(element)], [0, ''])
  element.positions = [{ ...HELD, size: '1.5' }]
  await shows(element, /Long 1\.5 BTC/)
  const [stated] = api.asked.filter(({ path }) => path === '/portfolio/ingest')
  assert.deepEqual(stated?.body, { accountId: 'demo', positions: [{ ...HELD, size: '1.5' }], source: 'partner' })
  assert.throws(() => (element.positions = [{ ...HELD, size: '-1' }]), /positions\.0\.size/)

  const early = document.createElement('ballast-protection') as typeof element
  Object.defineProperty(early, 'fetchPositions', {
    value: () => Promise.resolve([HELD]),
    configurable: true,
    writable: true,
    enumerable: true,
  })
  early.setAttribute('source', 'partner')
  document.body.append(early)
  await shows(early, /Long 0\.5 BTC/)
})

test('[UI-01] attributes may change at any time: another account begins anew, another endpoint is asked, the theme is the host’s', async () => {
  const api = serve()
  const element = place({ theme: 'dark' })
  await shows(element, /Long 0\.5 BTC/)
  element.setAttribute('account-id', 'second')
  await waitFor(() => assert.match(text(element), /Ballast · second/))
  element.setAttribute('endpoint', '/gateway/')
  await shows(element, /cannot be reached/)
  assert.ok(api.count('/gateway/put/terms') > 0)
  assert.equal(element.shadowRoot?.adoptedStyleSheets.length, 1)
})

test('[UI-01] two elements of a page are two: each with its own state, one sheet of styles', async () => {
  serve()
  const [first, second] = [place(), place({ tier: 'Gold' })]
  await Promise.all([shows(first, /Bronze/), shows(second, /Gold/)])
  fireEvent.click(inside(first).getByRole('button', { name: 'Get a firm price' }))
  await shows(first, /Firm price/)
  assert.doesNotMatch(text(second), /Firm price/)
  assert.equal(first.shadowRoot?.adoptedStyleSheets[0], second.shadowRoot?.adoptedStyleSheets[0])
})

test('[UI-01] taken off the page it asks nothing more and leaves no listener; moved, it goes on', async () => {
  const api = serve()
  const added: string[] = []
  const { addEventListener, removeEventListener } = document
  document.addEventListener = function (this: Document, ...all: Parameters<Document['addEventListener']>) {
    added.push(all[0])
    addEventListener.apply(this, all)
  } as Document['addEventListener']
  document.removeEventListener = function (this: Document, ...all: Parameters<Document['removeEventListener']>) {
    added.splice(added.indexOf(all[0]), 1)
    removeEventListener.apply(this, all)
  } as Document['removeEventListener']
  try {
    const element = place()
    await shows(element, /about 42\.32/)
    const aside = document.createElement('aside')
    document.body.append(aside)
    aside.append(element)
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.match(text(element), /about 42\.32/)
    assert.ok(added.includes('visibilitychange'))
    element.remove()
    await waitFor(() => assert.equal(text(element), ''))
    assert.deepEqual(
      added.filter((name) => name === 'visibilitychange'),
      [],
    )
    const asked = api.asked.length
    await new Promise((resolve) => setTimeout(resolve, 2_300))
    assert.equal(api.asked.length, asked)
  } finally {
    document.addEventListener = addEventListener
    document.removeEventListener = removeEventListener
  }
})

test('[UI-01] an account without a position says so; a refusal of the purchase is told to the page', async () => {
  const api = serve()
  api.replies['/portfolio/positions'] = { ...POSITIONS, positions: [] }
  const element = place()
  await shows(element, /No open position/)
  element.remove()
  api.replies['/portfolio/positions'] = POSITIONS
  api.replies['/audit/export'] = {
    status: 'no_quote',
    reason: 'insufficient_cash',
    explanation: { code: 'insufficient_cash', field: 'cash', seen: '10', limit: '42.32' },
  }
  const other = place()
  const heard: unknown[] = []
  other.addEventListener('ballast:refused', (event) => heard.push((event as CustomEvent).detail.reason))
  await shows(other, /about/)
  fireEvent.click(inside(other).getByRole('button', { name: 'Get a firm price' }))
  await shows(other, /Activate for/)
  fireEvent.click(inside(other).getByRole('button', { name: /Activate for/ }))
  await shows(other, /The account has 10\.00 USDC in cash; this cover needs 42\.32 USDC/)
  await waitFor(() => assert.deepEqual(heard, ['insufficient_cash']))
})

test('[UI-01] a demo cannot be mistaken for trading, nor trading for a demo', async () => {
  const api = serve()
  api.replies['/put/terms'] = { ...TERMS, mode: 'production' }
  const element = place()
  await shows(element, /Live trading/)
  assert.doesNotMatch(text(element), /Demo/)
})

test('[P-13] renewals that may lower the floor are agreed to at the price, not in the small print of the form', async () => {
  const api = serve()
  const element = place()
  await shows(element, /about 42\.32/)
  fireEvent.change(inside(element).getByLabelText('At the end'), { target: { value: 'rolling' } })
  await shows(element, /It may be lower/)
  fireEvent.click(inside(element).getByRole('button', { name: 'Get a firm price' }))
  await shows(element, /You agree to renewals whose floor follows the price: it may be lower/)
  assert.equal(api.asked.find(({ path }) => path === '/put/quote')?.body?.['renewal'], 'rolling')
})
