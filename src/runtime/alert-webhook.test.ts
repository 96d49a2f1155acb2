/** The webhook against a real server of this process: what is posted, what failure does, and what never happens. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Offer } from '#engine/driver.ts'
import type { StepReport } from '#engine/engine.ts'
import { explain } from '#domain/explanation.ts'
import { usdc } from '#units/money.ts'
import { quantity } from '#units/quantity.ts'
import { AlertWebhook } from './alert-webhook.ts'

interface Listening {
  readonly url: string
  readonly got: { readonly path: string; readonly body: Record<string, unknown> }[]
  status: number
}

async function listening(t: TestContext): Promise<Listening> {
  const on: Listening = { url: '', got: [], status: 200 }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => (text += String(part)))
    request.on('end', () => {
      on.got.push({ path: request.url ?? '', body: JSON.parse(text) })
      response.writeHead(on.status, on.status === 302 ? { location: '/elsewhere' } : {})
      response.end('a long answer')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  return Object.assign(on, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/T0KEN` })
}

function acted(seq: number, skipped?: string): StepReport {
  const explanation = explain('hedging/loop', seq, { code: 'buffer_below_target', field: 'bufferUsdc', seen: '550', limit: '1000' })
  const order = { intentId: 'i1', instrument: 'BTC_USDC-PERPETUAL', side: 'sell', size: quantity('0.45') }
  const body = {
    decisionId: 'd1',
    account: 'demo',
    action: 'increase',
    reason: 'buffer_below_target',
    buffer: usdc('550'),
    target: usdc('1000'),
    explanation,
    ...(skipped === undefined ? { order } : { skipped }),
  }
  return {
    decisions: [{ seq, at: 1_769_644_800_000, topic: 'hedge_decisions', key: 'demo', source: '', cause: 0, body }],
  } as unknown as StepReport
}

function hook(url: string, whenDurable: (seq: number) => Promise<unknown> = () => Promise.resolve(), allowPrivate = true) {
  const offers: Offer[] = []
  const lines: string[] = []
  const webhook = new AlertWebhook({
    url,
    allowPrivate,
    whenDurable,
    offer: (offer) => void offers.push(offer),
    log: (line) => void lines.push(line),
    retryMs: 1,
  })
  return { webhook, offers, lines }
}
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 2))
}

test('[P-15] a loop action is posted once it is durable, a quiet look is not', async (t) => {
  const server = await listening(t)
  let durable = (): void => undefined
  const { webhook, offers } = hook(server.url, () => new Promise<void>((done) => (durable = done)))
  webhook.observe(acted(7))
  await new Promise((done) => setTimeout(done, 20))
  assert.equal(server.got.length, 0)
  durable()
  await until(() => server.got.length === 1)
  const { event, accountId, action, reason, size, bufferUsdc, seq, atIso } = server.got[0]?.body ?? {}
  assert.deepEqual(
    [event, accountId, action, reason, size, bufferUsdc, seq, atIso],
    ['hedge_action', 'demo', 'increase', 'buffer_below_target', '0.45', '550', 7, '2026-01-29T00:00:00.000Z'],
  )
  const [quiet] = acted(8).decisions as unknown as readonly { readonly body: object }[]
  webhook.observe({ decisions: [{ ...quiet, body: { ...quiet?.body, order: undefined } }] } as never)
  await webhook.close()
  assert.deepEqual([server.got.length, offers.length], [1, 0])
})

test('[P-15] a failure is tried again, then told as a condition that stops nothing, and cleared by the next success', async (t) => {
  const server = await listening(t)
  server.status = 503
  const { webhook, offers, lines } = hook(server.url)
  webhook.observe(acted(7, 'stale_price'))
  await until(() => offers.length === 1)
  assert.equal(server.got.length, 3)
  assert.deepEqual(offers[0]?.body, {
    subject: 'alert webhook',
    state: 'impaired',
    code: 'not_delivered',
    detail: 'seq 7: status 503',
    advisory: true,
  })
  server.status = 200
  webhook.observe(acted(9, 'stale_price'))
  await until(() => offers.length === 2)
  assert.match(JSON.stringify(offers[1]?.body), /"state":"ok"/)
  assert.equal(server.got.at(-1)?.body['event'], 'hedge_action_skipped')
  assert.equal(
    lines.some((line) => line.includes('T0KEN') || line.includes('127.0.0.1')),
    false,
    'the address is a secret',
  )
  await webhook.close()
})

test('[F-S06] an address of this machine is refused where it is not allowed, and said without naming it', async (t) => {
  const server = await listening(t)
  const { webhook, offers } = hook(server.url, undefined, false)
  webhook.observe(acted(7))
  await until(() => offers.length === 1)
  assert.equal(server.got.length, 0)
  assert.match(JSON.stringify(offers[0]?.body), /"detail":"seq 7: address_refused"/)
  await webhook.close()
})

test('[P-15] a redirect is not followed; nobody listening is a failure like any other, without the address', async (t) => {
  const server = await listening(t)
  server.status = 302
  const { webhook, offers } = hook(server.url)
  webhook.observe(acted(7))
  await until(() => offers.length === 1)
  assert.deepEqual([...new Set(server.got.map(({ path }) => path))], ['/hooks/T0KEN'])
  await webhook.close()
  const nobody = hook('http://127.0.0.1:9/T0KEN')
  nobody.webhook.observe(acted(7))
  await until(() => nobody.offers.length === 1)
  assert.equal(JSON.stringify(nobody.offers).includes('127.0.0.1'), false)
  await nobody.webhook.close()
})
