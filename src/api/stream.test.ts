/** Server-sent events over real sockets: at once, once each, resumed, bounded. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { overviewAnswer, decisionSchema } from './contract-page.ts'
import type { Limits } from './context.ts'
import { listen } from './create-api.ts'
import { post, QUOTE, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { QuoteDesk } from './quote-desk.ts'
import { Sessions } from './sessions.ts'
import { StreamHub } from './stream-hub.ts'

interface Told {
  readonly id: number
  readonly event: string
  readonly data: unknown
}

async function listening(
  t: TestContext,
  options: Parameters<typeof startHost>[0] = {},
): Promise<{ readonly host: Host; readonly port: number }> {
  const host = await startHost(options)
  t.after(() => host.api.close())
  const { port } = await listen(host.api as never, { host: '127.0.0.1', port: 0 })
  return { host, port }
}

async function open(
  port: number,
  headers: Readonly<Record<string, string>> = {},
  path = '/api/monitoring/stream',
): Promise<{ readonly response: IncomingMessage; readonly call: ClientRequest }> {
  const call = request({ port, path, headers })
  call.on('error', () => undefined)
  call.end()
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  return { response, call }
}

/** Reads events until one is what was waited for. */
async function until(response: IncomingMessage, isWanted: (told: Told) => boolean): Promise<Told[]> {
  const seen: Told[] = []
  let text = ''
  for await (const chunk of response) {
    text += String(chunk)
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
      if (!fields.has('event')) continue
      seen.push({ id: Number(fields.get('id')), event: fields.get('event') ?? '', data: JSON.parse(fields.get('data') ?? 'null') })
      if (isWanted(seen.at(-1) as Told)) return seen
    }
  }
  return seen
}

test('[API-04] the stream tells the overview at once and each decision once', async (t) => {
  const { host, port } = await listening(t)
  host.market()
  const { response } = await open(port)
  assert.match(response.headers['content-type'] ?? '', /text\/event-stream/)
  const waiting = until(response, ({ event }) => event === 'decision')
  await post(host.api, '/put/quote', { ...QUOTE, drawdownFloorPct: '0.10' })
  const told = await waiting
  assert.equal(told[0]?.event, 'overview')
  assert.equal(overviewAnswer.parse(told[0]?.data).asOfSeq, told[0]?.id)
  const decision = decisionSchema.parse(told.at(-1)?.data)
  assert.deepEqual([decision.kind, decision.seq], ['quoted', told.at(-1)?.id])
})

test('[API-04] a reader who comes back gets the decisions he missed, from his last id on', async (t) => {
  const { host, port } = await listening(t)
  host.market()
  await post(host.api, '/put/quote', QUOTE)
  const seen = host.platform.engine.seq
  await post(host.api, '/put/quote', QUOTE)
  const { response } = await open(port, { 'last-event-id': String(seen) })
  const told = await until(response, ({ event }) => event === 'overview')
  assert.deepEqual(
    told.map(({ event }) => event),
    ['decision', 'overview'],
  )
  assert.ok((told[0]?.id ?? 0) > seen)
})

test('[API-04] the documented name and the short one are one stream; where no header can be set the query resumes it', async (t) => {
  const { host, port } = await listening(t, { limits: { streamsMax: 2 } })
  host.market()
  const seen = host.platform.engine.seq
  await post(host.api, '/put/quote', QUOTE)
  for (const name of ['/api/monitoring/stream', '/api/stream']) {
    const { response } = await open(port, {}, `${name}?lastEventId=${seen}`)
    const told = await until(response, ({ event }) => event === 'overview')
    assert.deepEqual([told[0]?.event, (told[0]?.id ?? 0) > seen], ['decision', true], name)
  }
})

test('[API-04] an id of another journal, or older than what is kept, is answered with a gap', async (t) => {
  const { host, port } = await listening(t)
  host.market()
  const { response } = await open(port, { 'last-event-id': '999999999' })
  const told = await until(response, ({ event }) => event === 'overview')
  assert.deepEqual(told[0], { id: told[0]?.id, event: 'gap', data: { after: 999_999_999 } })
})

test('[API-04] decisions that are kept no more are said to be missing', async (t) => {
  const { host, port } = await listening(t)
  host.market()
  const kept = host.views.decisionsAfter
  t.after(() => Object.assign(host.views, { decisionsAfter: kept }))
  Object.assign(host.views, { decisionsAfter: () => ({ decisions: [], complete: false }) })
  const { response } = await open(port, { 'last-event-id': '3' })
  const told = await until(response, ({ event }) => event === 'overview')
  assert.deepEqual(told[0], { id: 3, event: 'gap', data: { after: 3 } })
})

test('[API-04] nothing is told before it is durable', async (t) => {
  const { host, port } = await listening(t)
  host.market()
  await host.platform.driver.whenDurable(host.platform.engine.seq)
  host.hold()
  host.pass(60_000)
  const { response } = await open(port)
  const reading = until(response, ({ event }) => event === 'overview')
  const first = await Promise.race([reading.then(() => 'told'), new Promise((resolve) => setTimeout(() => resolve('silent'), 300))])
  assert.equal(first, 'silent')
  assert.ok(host.platform.engine.seq > host.platform.driver.durableSeq)
  host.release()
  const [overview] = await reading
  assert.ok((overview?.id ?? Infinity) <= host.platform.driver.durableSeq)
})

test('[API-04] streams are counted', async (t) => {
  const { host, port } = await listening(t, { limits: { streamsMax: 1 } })
  host.market()
  await open(port)
  const second = await fetch(`http://127.0.0.1:${port}/api/stream`)
  assert.equal(second.status, 429)
  assert.equal(((await second.json()) as { reason: string }).reason, 'too_many_streams')
})

test('[API-04] a reader who does not read gets no more overviews, and is dropped at the bound', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  t.mock.timers.enable({ apis: ['setInterval'] })
  const hub = new StreamHub({
    platform: host.platform,
    views: host.views,
    accounts: new Set(['demo']),
    limits: { durableWaitMs: 1_000, streamBufferMax: 20_000 } as Limits,
    quotes: new QuoteDesk(host, () => undefined),
    quotesSince: host.platform.now(),
    sessions: new Sessions([], Date.now),
  })
  t.after(() => hub.close())
  const out = new PassThrough({ highWaterMark: 64 })
  hub.add(out, 'demo', undefined)
  const period = async (): Promise<void> => {
    await post(host.api, '/put/quote', QUOTE)
    t.mock.timers.tick(500)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await period()
  const [first] = [out.writableLength]
  await period()
  const grown = out.writableLength - first
  assert.ok(grown > 0 && grown < 1_000, `decisions alone, not ${grown} bytes`)
  for (let i = 0; i < 100 && !out.destroyed; i++) await period()
  assert.equal(out.destroyed, true)
  assert.equal(hub.size, 0)
})

test('[API-04] [C-34] a reader who stays through a reset hears a gap, then the new journal from its beginning', async (t) => {
  const [old, next] = [await startHost(), await startHost()]
  t.after(() => Promise.all([old.api.close(), next.api.close()]))
  old.market()
  for (let i = 0; i < 3; i++) await post(old.api, '/put/quote', QUOTE)
  next.market()
  await post(next.api, '/put/quote', QUOTE)
  assert.ok(next.platform.engine.seq < old.platform.engine.seq)
  Object.assign(next.platform.info, { journalId: 'the next' })
  let running = old
  // as the front of a resettable platform stands for whatever runs
  const front = <T extends object>(of: (host: Host) => T): T =>
    new Proxy({} as T, { get: (_target, name) => Reflect.get(of(running), name) as unknown })
  t.mock.timers.enable({ apis: ['setInterval'] })
  const hub = new StreamHub({
    platform: front(({ platform }) => platform),
    views: front(({ views }) => views),
    accounts: new Set(['demo']),
    limits: { durableWaitMs: 1_000, streamBufferMax: 1_000_000 } as Limits,
    quotes: new QuoteDesk(old, () => undefined),
    quotesSince: old.platform.now(),
    sessions: new Sessions([], Date.now),
  })
  t.after(() => hub.close())
  const out = new PassThrough({ highWaterMark: 1_000_000 })
  let text = ''
  out.on('data', (chunk: Buffer) => (text += String(chunk)))
  const told = async (): Promise<string[]> => {
    t.mock.timers.tick(500)
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    const lines = text.split('\n').filter((line) => /^(?:id|event):/.test(line))
    text = ''
    return lines
  }
  hub.add(out, 'demo', undefined)
  const { seq } = old.platform.engine
  assert.deepEqual((await told()).slice(-2), [`id: ${seq}`, 'event: overview'])
  running = next
  const heard = await told()
  assert.deepEqual(heard.slice(0, 2), ['id: 0', 'event: gap'])
  assert.ok(heard.includes('event: decision'), heard.join(' '))
  assert.deepEqual(heard.slice(-2), [`id: ${next.platform.engine.seq}`, 'event: overview'])
  assert.deepEqual(await told(), [], 'once')
})

test('[API-04] closing the server ends the streams', async () => {
  const host = await startHost()
  host.market()
  const { port } = await listen(host.api as never, { host: '127.0.0.1', port: 0 })
  const { response } = await open(port)
  response.resume()
  const ended = once(response, 'close')
  await host.api.close()
  await ended
})
