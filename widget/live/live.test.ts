/** The parts that take time, on a clock the tests move: an offer and its end, a purchase and its retries, previews, the standing, the trail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActivationAnswer } from '#api/contract.ts'
import type { CachedQuote } from '#api/contract-quotes.ts'
import { ACTIVATED, cachedQuote, COVER, firmQuote, HELD, MARK, POSITIONS, PRICE, TERMS, WISH } from '../answers.fixture.ts'
import type { Answer } from '../api/ask.ts'
import type { AuditEntry, Client } from '../api/client.ts'
import { manualClock, settle } from '../clock.fixture.ts'
import { MarketClock } from '../model/market-clock.ts'
import { partnerSource } from '../sources/partner.ts'
import type { HeldPosition } from '../sources/source.ts'
import { Monitor } from './monitor.ts'
import { Offer } from './offer.ts'
import type { FirmQuote, Offered } from './offer.ts'
import { Preview } from './preview.ts'
import { Purchase } from './purchase.ts'
import { ownOf, trailOf } from './trail.ts'

const refused = (reason: string, httpStatus = 200, again = false): Extract<Answer<never>, { kind: 'refused' }> => ({
  kind: 'refused',
  refusal: { reason, httpStatus, explanation: { code: reason, field: '', seen: null, limit: null } },
  told: { what: reason, again },
})
const answer = <T>(body: T): Answer<T> => ({ kind: 'answer', body })
const LOST: Answer<never> = { kind: 'lost', because: 'unreachable' }

type Lasting = (lifeMs: number, change?: Partial<FirmQuote>) => Answer<FirmQuote>

/** Market time starts with the clock; a quote lives `lifeMs` of the reader's time. */
function offerOf(quotes: (lasting: Lasting, asked: number) => Answer<FirmQuote>, before?: FirmQuote) {
  const clock = manualClock()
  const market = new MarketClock(() => clock.now())
  market.set({ marketTimeIso: '2026-01-01T00:20:00.000Z', speed: 60 })
  let asked = 0
  const lasting: Lasting = (lifeMs, change = {}) =>
    answer(firmQuote({ quoteId: `quote-${asked}`, expiresAt: new Date(market.market() + lifeMs * 60).toISOString(), ...change }))
  const client = { quote: () => Promise.resolve(quotes(lasting, (asked += 1))) }
  const offer = new Offer({ client, market, clock, wish: WISH, before })
  const leave = offer.store.subscribe(() => undefined)
  return { clock, offer, leave, asked: () => asked }
}
const kind = ({ kind: name }: Offered): string => name

test('[UI-01] a quote that lives as long as its session is asked for once, expires, and is asked for again only when wanted', async () => {
  const world = offerOf((lasting) => lasting(30_000))
  await world.clock.pass(29_900)
  const open = world.offer.store.current()
  assert.deepEqual([kind(open), world.asked()], ['open', 1])
  await world.clock.pass(200)
  assert.deepEqual([kind(world.offer.store.current()), world.asked()], ['expired', 1])
  await world.clock.pass(60_000)
  assert.equal(world.asked(), 1)
  world.offer.again()
  await settle()
  assert.deepEqual([kind(world.offer.store.current()), world.asked()], ['open', 2])
  world.leave()
  assert.equal(world.clock.waiting, 0)
})

test('[UI-01] quotes that live two seconds follow each other for 30 s, and the one taken is never a stale one', async () => {
  const world = offerOf((lasting) => lasting(2_000, { feeUsdc: '42.32' }))
  await world.clock.pass(10_000)
  const offered = world.offer.store.current()
  assert.ok(offered.kind === 'open' && offered.move === undefined && offered.quoteEndsAt > world.clock.now() + 400)
  assert.equal((await world.offer.take())?.quoteId, offered.quote.quoteId)
  await world.clock.pass(20_100)
  assert.equal(kind(world.offer.store.current()), 'expired')
  const asked = world.asked()
  assert.ok(asked > 15 && asked < 30, `${asked} quotes`)
  assert.equal(await world.offer.take(), undefined)
  world.leave()
})

test('[UI-01] a dearer price has to be accepted before anything can be taken', async () => {
  const world = offerOf((lasting, asked) => lasting(2_000, { feeUsdc: asked < 3 ? '100' : '105' }))
  await world.clock.pass(4_000)
  const moved = world.offer.store.current()
  assert.deepEqual(moved.kind === 'open' ? moved.move : undefined, { what: 'charge', from: '100', to: '105' })
  assert.equal(await world.offer.take(), undefined)
  world.offer.accept()
  assert.equal((await world.offer.take())?.feeUsdc, '105')
  world.leave()
})

test('[UI-01] pressed in the last moment of a quote: the next is taken when it costs no more, shown when it costs a cent more', async () => {
  for (const [next, isTaken] of [
    ['99.99', true],
    ['100.01', false],
  ] as const) {
    const world = offerOf((lasting, asked) => lasting(asked === 1 ? 300 : 30_000, { feeUsdc: asked === 1 ? '100' : next }))
    await settle()
    const taken = await world.offer.take()
    const offered = world.offer.store.current()
    assert.equal(taken?.feeUsdc, isTaken ? next : undefined)
    assert.equal(offered.kind === 'open' ? offered.move?.what : 'closed', isTaken ? undefined : 'charge')
    world.leave()
  }
})

test('[UI-01] after a purchase that failed the new price is compared with the one confirmed before', async () => {
  const world = offerOf((lasting) => lasting(30_000, { feeUsdc: '50' }), firmQuote({ feeUsdc: '42' }))
  await settle()
  const offered = world.offer.store.current()
  assert.deepEqual(offered.kind === 'open' ? offered.move : undefined, { what: 'charge', from: '42', to: '50' })
  world.leave()
})

test('[UI-01] a refusal ends the offer, a passing one within its session does not', async () => {
  const hard = offerOf(() => refused('insufficient_cash'))
  await settle()
  assert.equal(kind(hard.offer.store.current()), 'refused')
  hard.leave()
  const passing = offerOf((lasting, asked) => (asked === 2 ? refused('stale_price', 200, true) : lasting(2_000)))
  await passing.clock.pass(5_000)
  assert.equal(kind(passing.offer.store.current()), 'open')
  passing.leave()
})

interface Wire {
  readonly activate?: (asked: number, quoteId: string) => Answer<ActivationAnswer>
  readonly command?: (asked: number) => Answer<ActivationAnswer>
  readonly quote?: (asked: number) => Answer<FirmQuote>
}
function purchaseOf({
  activate = () => answer(ACTIVATED),
  command = () => answer(ACTIVATED),
  quote = () => answer(firmQuote({ quoteId: 'quote-2' })),
}: Wire) {
  const clock = manualClock()
  const sent: string[] = []
  const count = (name: string): number => sent.filter((one) => one.startsWith(name)).length
  const client = {
    activate: ({ quoteId }: { readonly quoteId: string }) => Promise.resolve(activate(sent.push(`activate ${quoteId}`), quoteId)),
    command: (id: string) => Promise.resolve(command(sent.push(`command ${id}`) - count('activate'))),
    quote: () => Promise.resolve(quote(sent.push('quote'))),
  }
  return { clock, sent, purchase: new Purchase({ client, clock, wish: WISH, agreed: firmQuote(), consents: false }) }
}

test('[C-40] a purchase that is pending is asked for until its outcome is final, and is sent once', async () => {
  const pending = { kind: 'pending', commandId: 'c-1' } as const
  const { clock, sent, purchase } = purchaseOf({ activate: () => pending, command: (asked) => (asked < 3 ? pending : answer(ACTIVATED)) })
  await clock.pass(5_000)
  assert.deepEqual(purchase.store.current(), { kind: 'done', cover: ACTIVATED })
  assert.deepEqual(sent, ['activate quote-1', 'command c-1', 'command c-1', 'command c-1'])
  assert.equal(clock.waiting, 0)
})

test('[C-40] a lost line is asked through under the same quote, and said', async () => {
  const { clock, sent, purchase } = purchaseOf({ activate: (asked) => (asked < 4 ? LOST : answer(ACTIVATED)) })
  await clock.pass(2_000)
  const lost = purchase.store.current()
  assert.ok(lost.kind === 'buying' && lost.isLineLost)
  await clock.pass(10_000)
  assert.equal(purchase.store.current().kind, 'done')
  assert.deepEqual(new Set(sent), new Set(['activate quote-1']))
})

test('[UI-01] nothing filled: another price is bought by itself when it costs no more, a dearer one never', async () => {
  const again = purchaseOf({ activate: (_, quoteId) => (quoteId === 'quote-1' ? refused('not_filled') : answer(ACTIVATED)) })
  await again.clock.pass(3_000)
  assert.equal(again.purchase.store.current().kind, 'done')
  assert.deepEqual(again.sent, ['activate quote-1', 'quote', 'activate quote-2'])

  const dearer = purchaseOf({
    activate: () => refused('not_filled'),
    quote: () => answer(firmQuote({ quoteId: 'quote-2', feeUsdc: '42.33' })),
  })
  await dearer.clock.pass(3_100)
  const waiting = dearer.purchase.store.current()
  assert.equal(waiting.kind === 'again' ? waiting.dearer?.feeUsdc : undefined, '42.33')
  await dearer.clock.pass(40_000)
  assert.equal(dearer.purchase.store.current().kind, 'refused')
  assert.deepEqual(
    dearer.sent.filter((one) => one.startsWith('activate')),
    ['activate quote-1'],
  )
})

test('[UI-01] the reader may stop the tries; a refusal that time does not heal is final at once', async () => {
  const stopped = purchaseOf({ activate: () => refused('not_filled') })
  await settle()
  stopped.purchase.stop()
  assert.deepEqual([stopped.purchase.store.current().kind, stopped.clock.waiting], ['refused', 0])
  const hard = purchaseOf({ activate: () => refused('insufficient_cash') })
  await settle()
  assert.equal(hard.purchase.store.current().kind, 'refused')
  const busy = purchaseOf({ activate: (asked) => (asked === 1 ? refused('not_ready', 503) : answer(ACTIVATED)) })
  await busy.clock.pass(3_000)
  assert.deepEqual([busy.purchase.store.current().kind, busy.sent], ['done', ['activate quote-1', 'activate quote-1']])
})

test('[P-09] a preview is asked after the last change, again while pending, and never for a form that stands for nothing', async () => {
  const clock = manualClock()
  const asked: string[] = []
  const client = {
    preview: ({ tenorDays }: { readonly tenorDays: string }): Promise<Answer<CachedQuote>> =>
      Promise.resolve(asked.push(tenorDays) === 1 ? { kind: 'pending', commandId: undefined } : answer(cachedQuote())),
  }
  const preview = new Preview(client, clock)
  const leave = preview.store.subscribe(() => undefined)
  preview.want({ ...WISH, tenorDays: '1' })
  await clock.pass(100)
  preview.want({ ...WISH, tenorDays: '7' })
  await clock.pass(290)
  assert.deepEqual([asked, preview.store.current().kind], [[], 'asking'])
  await clock.pass(600)
  assert.deepEqual([asked, preview.store.current().kind], [['7', '7'], 'about'])
  preview.want(undefined)
  assert.equal(preview.store.current().kind, 'none')
  leave()
  assert.equal(clock.waiting, 0)
})

function monitorOf(change: Partial<Client> = {}, held: readonly HeldPosition[] = [HELD]) {
  const clock = manualClock()
  const stated: (readonly HeldPosition[])[] = []
  let known: typeof POSITIONS = { ...POSITIONS, positions: [] }
  let asked = 0
  const client = {
    terms: () => Promise.resolve(answer(TERMS)),
    positions: () => Promise.resolve(answer(known)),
    state: (positions: readonly HeldPosition[]) => {
      stated.push(positions)
      known = POSITIONS
      return Promise.resolve(answer({}))
    },
    coverages: () => {
      asked += 1
      return Promise.resolve(answer({ coverages: [COVER] }))
    },
    worth: () =>
      Promise.resolve(answer({ status: 'ok', positionPnlUsdc: null, hedgeMtmUsdc: null, positions: [MARK], mode: 'public', asOfSeq: 1 })),
    price: () => Promise.resolve(answer(PRICE)),
    ...change,
  } as unknown as Client
  const source = partnerSource(held)
  const monitor = new Monitor({ client, source, clock })
  const leave = monitor.store.subscribe(() => undefined)
  return { clock, monitor, source, leave, stated, asked: () => asked }
}

test('[UI-03] what the page holds is stated once, and again only when it changes', async () => {
  const { clock, monitor, source, leave, stated, asked } = monitorOf()
  await clock.pass(5_000)
  const { line, covers, price, worths } = monitor.store.current()
  assert.deepEqual([line, covers?.[0]?.coverageId, price?.priceUsdc, worths[0]?.pnlUsdc], ['live', 'cover-77', '90072.95', '86.855'])
  assert.deepEqual(stated, [[HELD]])
  assert.equal(asked(), 3)
  await clock.pass(60_000)
  assert.equal(stated.length, 1)
  source.set([{ ...HELD, size: '1' }])
  await clock.pass(100)
  assert.deepEqual(
    stated[1]?.map(({ size }) => size),
    ['1'],
  )
  leave()
  assert.equal(clock.waiting, 0)
})

test('[UI-01] a lost line is asked less and less often, keeps what was known, and comes back by itself', async () => {
  let isDown = false
  let asked = 0
  const { clock, monitor, leave } = monitorOf({
    coverages: () => {
      asked += 1
      return Promise.resolve(isDown ? LOST : (answer({ coverages: [COVER] }) as never))
    },
  })
  await clock.pass(100)
  isDown = true
  asked = 0
  await clock.pass(60_000)
  const lost = monitor.store.current()
  assert.deepEqual([lost.line, lost.covers?.length, lost.problem?.what], ['lost', 1, 'The protection service cannot be reached.'])
  assert.ok(asked <= 5, `${asked} questions in a minute without an answer`)
  isDown = false
  monitor.refresh()
  await clock.pass(10)
  assert.equal(monitor.store.current().line, 'live')
  leave()
})

test('[UI-01] a page that is not looked at asks nothing; one without a price still shows its covers', async () => {
  const { clock, monitor, leave, asked } = monitorOf({ price: () => Promise.resolve(refused('stale_price', 200, true)) })
  await clock.pass(100)
  const { line, price, priceProblem } = monitor.store.current()
  assert.deepEqual([line, price, priceProblem?.what], ['live', undefined, 'stale_price'])
  monitor.pause(true)
  const before = asked()
  await clock.pass(60_000)
  assert.equal(asked(), before)
  monitor.pause(false)
  await clock.pass(10)
  assert.equal(asked(), before + 1)
  leave()
})

test('[UI-03] positions that cannot be read are said, and nothing is stated', async () => {
  const clock = manualClock()
  const source = {
    name: 'x',
    knownBy: 'statement',
    load: () => Promise.reject(new Error('positions.0.size: expected a size above 0')),
  } as const
  const client = { terms: () => Promise.resolve(answer(TERMS)) } as unknown as Client
  const monitor = new Monitor({ client, source, clock })
  const leave = monitor.store.subscribe(() => undefined)
  await clock.pass(10)
  assert.match(monitor.store.current().problem?.what ?? '', /could not be read: positions\.0\.size/)
  leave()
})

const entry = (seq: number, event: string, payload: AuditEntry['payload']): AuditEntry => ({
  seq,
  ts: '2026-01-01T00:00:00.000Z',
  event,
  payload,
  hash: 'ab',
})

test('[UI-02] the trail holds the account’s own entries, each once, newest first', async () => {
  const entries = [
    entry(5, 'coverage_activated', { coverageId: 'cover-9', accountId: 'demo' }),
    entry(6, 'mtm_position', { coverageId: 'cover-9' }),
    entry(7, 'mtm_position', { coverageId: 'cover-1' }),
    entry(8, 'hedge_order', { accountId: 'other', coverageId: 'cover-9' }),
    entry(9, 'mtm_credit', { coverageId: 'cover-77' }),
  ]
  assert.deepEqual(
    ownOf([...entries, ...entries], 'demo', ['cover-77']).map(({ seq }) => seq),
    [9, 6, 5],
  )
  const pages: unknown[] = []
  const client = {
    entries: (page: { readonly after?: number; readonly limit: number }) => {
      pages.push(page.after)
      return Promise.resolve(answer({ status: 'ok', entries, next: null, asOfSeq: 1 } as const) as never)
    },
  }
  const trail = await trailOf(client, { accountId: 'demo', coverageIds: ['cover-77', 'mine'] }, new AbortController().signal)
  assert.deepEqual([pages, trail.kind === 'answer' ? trail.body.length : 0], [[undefined, 76], 3])
})
