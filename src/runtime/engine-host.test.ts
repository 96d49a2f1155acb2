/** The host around a recovered engine: what it does when its journal has no space left, and that a stop tries every step. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { orderGate } from '#stages/risk/order-gate.ts'
import { loadSealKey } from '#store/seal-key.ts'
import { TOPICS } from '#topics/registry.ts'
import { epochMs } from '#units/time.ts'
import { clockFrom } from './clocks.ts'
import { resolveConfig } from './config.ts'
import { hostEngine } from './engine-host.ts'
import type { EngineHost } from './engine-host.ts'
import { openEngineSession } from './engine-session.ts'

const T0 = epochMs(1_769_644_800_000)
const DIGESTS = { codeDigest: 'a', configDigest: 'b', node: 'c', architecture: 'd' }

interface Hosted {
  readonly host: EngineHost
  readonly session: Awaited<ReturnType<typeof openEngineSession>>
  readonly lines: string[]
  /** Whether the journal's folder can be opened by the next process. */
  reopens(): Promise<boolean>
}
async function hosted(t: TestContext, segmentPagesMax?: number): Promise<Hosted> {
  const root = mkdtempSync(join(tmpdir(), 'ballast-host-'))
  t.after(() => rmSync(root, { recursive: true }))
  const config = resolveConfig([{ source: 'test', values: { dataFolder: root } }])
  const key = loadSealKey({ given: undefined, defaultFile: join(root, 'key.pem') })
  const journal = { folder: join(root, 'engine'), checkpointFolder: join(root, 'checkpoints'), key }
  const open = (more: object) => openEngineSession({ journal: { ...journal, ...more }, components: config.components, digests: DIGESTS })
  const session = await open(segmentPagesMax === undefined ? {} : { segmentPagesMax })
  const lines: string[] = []
  const host = hostEngine({
    session,
    config,
    clock: clockFrom(T0, 1),
    effects: { perform: () => undefined },
    info: { version: 'test', mode: 'sim', scenario: 'calm', seed: '1', speed: 1, codeDigest: 'a', defaultAccount: 'demo' },
    folder: journal.folder,
    log: (line) => lines.push(line),
    onFatal: (reason) => assert.fail(reason),
  })
  const reopens = async (): Promise<boolean> => {
    const next = await open({})
    await next.journal.close()
    return next.engine.seq > 0
  }
  return { host, session, lines, reopens }
}

const SOURCE = { venue: 'sim', venueAt: T0 }
function tick({ input }: EngineHost, n: number): void {
  const index = TOPICS.raw_index.schema.parse({ ...SOURCE, asset: 'BTC', price: `${80_000 + (n % 7)}` })
  const quote = TOPICS.raw_quotes.schema.parse({ ...SOURCE, instrument: LINEAR_PERPETUAL, mark: `${80_000 + (n % 7)}` })
  input.offer({ topic: 'raw_index', key: 'BTC', source: 'venue:sim', body: index })
  input.offer({ topic: 'raw_quotes', key: LINEAR_PERPETUAL, source: 'venue:sim', body: quote })
}

test('[F-D01] no space for the journal: halted with the reason, market data conflated, facts taken, the stop names the loss', async (t) => {
  const { host, session, lines, reopens } = await hosted(t, 40)
  const platform = host.platform(() => Promise.resolve())
  for (let n = 0; !host.input.isFull; n++) {
    tick(host, n)
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    assert.ok(n < 100_000, 'the quota is reached')
  }
  assert.equal(platform.isJournalFull?.(), true)
  assert.deepEqual(
    [...session.engine.stateOf(orderGate).brakes.values()].map(({ source, action }) => [source, action]),
    [['host journal', 'halt']],
  )
  assert.ok(lines.includes('journal_full: no space left for the journal'))
  const { seq } = session.engine
  for (let n = 0; n < 1_000; n++) tick(host, n)
  assert.deepEqual([session.engine.seq, host.input.waiting], [seq, 2], 'not one of two thousand ticks reached the engine')
  const body = {
    commandId: 'c1' as CommandId,
    account: 'demo' as AccountId,
    route: 'test',
    key: 'k',
    bodyHash: '',
    type: 'halt',
    params: {},
  }
  host.driver.offer({ topic: 'commands', key: 'demo', source: 'test', body })
  host.input.offer({ topic: 'venue_links', key: 'sim', source: 'venue:sim', body: { venue: 'sim', state: 'down' } })
  assert.equal(session.engine.stateOf(orderGate).links.get('sim')?.state, 'down', 'a fact passes')
  assert.equal(session.engine.stateOf(orderGate).brakes.size, 2, 'and so does an operator')
  await assert.rejects(
    host.close(),
    (error) => error instanceof AggregateError && /journal_full|records not written/.test(String(error.errors[0])),
  )
  assert.ok(await reopens(), 'the folder is given back, its prefix is whole')
})

test('[F-D01] a stop whose snapshot cannot be written still closes the journal and says what failed', async (t) => {
  const { host, session, lines, reopens } = await hosted(t)
  tick(host, 1)
  await session.journal.flush()
  const blocked = join(
    host.platform(() => Promise.resolve()).config.host.dataFolder,
    'engine',
    `snapshot-${session.journal.appendedSeq}.json.tmp`,
  )
  mkdirSync(blocked)
  await assert.rejects(host.close(), { name: 'AggregateError', message: '1 of 3 steps of the stop failed' })
  assert.ok(
    lines.some((line) => line.startsWith('while stopping: ') && line.includes('EISDIR')),
    lines.join('\n'),
  )
  assert.throws(() => session.journal.append({ seq: 1e9, kind: 'input', text: '{}' }), /journal_closed|closed/)
  rmSync(blocked, { recursive: true })
  assert.ok(await reopens())
})

test('a stop without trouble writes its snapshot, then closes', async (t) => {
  const { host, session, lines, reopens } = await hosted(t)
  tick(host, 1)
  await host.close()
  assert.deepEqual(lines, [])
  assert.ok(session.journal.durableSeq > 0)
  assert.ok(await reopens())
})
