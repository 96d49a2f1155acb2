/** The driver over a toy pipeline: timers, records, replay and folding, poisoned inputs, idempotency. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '#units/time.ts'
import { commandGate } from './command-gate.ts'
import { Driver, FatalFailure } from './driver.ts'
import { Engine } from './engine.ts'
import type { WrittenRecord } from './ports.ts'
import { parseEvent } from './record-text.ts'
import { Replayer } from './replay.ts'
import { timers } from './timers.ts'
import { indexAt, listener, scrambler, START } from './toy-pipeline.fixture.ts'

const PIPELINE = [commandGate, timers, scrambler, listener]

function machine(failAt = 0): Engine {
  return new Engine({
    pipeline: PIPELINE,
    config: { 'engine/command-gate': {}, 'engine/timers': {}, 'toy/scrambler': { failAt, floodAt: 0 }, 'toy/listener': {} },
  })
}

function driven(failAt = 0) {
  let now = START
  const written: WrittenRecord[] = []
  const engine = machine(failAt)
  const driver = new Driver({
    engine,
    clock: { now: () => now },
    journal: { append: (record) => written.push(record) },
    effects: { perform: () => undefined },
  })
  const tick = (offsetMs: number) => {
    now = epochMs(START + offsetMs)
    const { topic, key, source, body } = indexAt(offsetMs)
    driver.offer({ topic, key, source, body })
  }
  return { driver, engine, written, tick, setNow: (offsetMs: number) => (now = epochMs(START + offsetMs)) }
}

test('[PE-04] a timer is delivered once, between the inputs, and full minutes one by one', () => {
  const { engine, driver, tick, setNow } = driven()
  tick(0)
  tick(1_000)
  tick(2_000)
  setNow(125_000)
  driver.advance()
  const { seen } = engine.stateOf(listener)
  const times = seen.filter((entry) => entry.startsWith('tick') || entry === 'index_prices')
  assert.deepEqual(times, ['index_prices', 'index_prices', 'tick:wake', 'index_prices', 'tick:minute', 'tick:minute'])
})

test('[PE-05] a session is the first record, although a minute has fallen due since the driver was made', () => {
  const { driver, written, setNow } = driven()
  setNow(60_500)
  const body = {
    sessionId: 's',
    epoch: 'e',
    mode: 'sim',
    codeDigest: '',
    configDigest: '',
    config: null,
    node: '',
    architecture: '',
  } as const
  driver.open({ topic: 'session_started', key: 'sim', source: 'test', body: { ...body, startedAt: START } })
  assert.deepEqual(
    written.map(({ text }) => parseEvent(text).event.topic),
    ['session_started', 'clock_tick'],
  )
})

test('[PE-01] what is written is every input and every decision, in order, and parses back', () => {
  const { written, tick } = driven()
  tick(0)
  assert.deepEqual(
    written.map(({ seq, kind }) => [seq, kind]),
    [
      [1, 'input'],
      [2, 'decision'],
      [4, 'decision'],
    ],
  )
  const { event, via } = parseEvent(written[2]?.text ?? '')
  assert.equal(event.topic, 'safety_triggers')
  assert.deepEqual(via, [[1, 'raw_index']])
})

test('[PE-05] replay derives the same bytes from inputs alone; one changed byte in a decision is named', () => {
  const { written, engine, tick } = driven()
  for (let i = 0; i < 20; i++) tick(i * 1_000)
  const copy = machine()
  const replayer = new Replayer({ engine: copy, mode: 'derive' })
  for (const record of written) assert.equal(replayer.feed(record), undefined)
  assert.equal(copy.stateText(), engine.stateText())

  const forged = written.map((record) => (record.seq === 4 ? { ...record, text: record.text.replace('"seen":1', '"seen":2') } : record))
  const other = new Replayer({ engine: machine(), mode: 'derive' })
  const difference = forged.map((record) => other.feed(record)).find((found) => found !== undefined)
  assert.equal(difference?.seq, 4)
})

test('[PE-05] a decision missing in the middle is named; one missing at the end is handed back', () => {
  const { written, tick } = driven()
  tick(0)
  tick(1_000)
  const middle = new Replayer({ engine: machine(), mode: 'derive' })
  const found = written.filter(({ seq }) => seq !== 4).map((record) => middle.feed(record))
  assert.equal(found.find((difference) => difference !== undefined)?.recorded, undefined)
  const end = new Replayer({ engine: machine(), mode: 'derive' })
  for (const record of written.slice(0, -1)) assert.equal(end.feed(record), undefined)
  assert.deepEqual(end.unwritten(), written.slice(-1))
})

test('[PE-05] folding takes recorded decisions as facts and decides nothing anew', () => {
  const { written, tick } = driven()
  tick(0)
  const changed = written.map((record) => ({ ...record, text: record.text.replace('"seen":1', '"seen":99') }))
  const copy = machine()
  const replayer = new Replayer({ engine: copy, mode: 'fold' })
  for (const record of changed) assert.equal(replayer.feed(record), undefined)
  assert.deepEqual(replayer.unwritten(), [])
  assert.deepEqual(
    copy.stateOf(listener).seen.filter((topic) => topic !== 'tick:minute'),
    ['safety_triggers', 'index_prices', 'command_results'],
  )
  assert.equal(copy.seq, 4)
})

test('[F-P06] a poisoned input is recorded, skipped on replay, and the next input goes on', () => {
  const { written, engine, tick } = driven(2)
  tick(0)
  tick(1_000)
  const poisoned = written.find(({ kind }) => kind === 'poisoned')
  assert.equal(poisoned?.seq, 6)
  assert.match(poisoned?.text ?? '', /"inputTopic":"raw_index".*"error":"Error: planted".*"input":\{"seq":6/)
  const copy = machine(2)
  const replayer = new Replayer({ engine: copy, mode: 'derive' })
  for (const record of written) assert.equal(replayer.feed(record), undefined)
  assert.equal(copy.stateText(), engine.stateText())
})

test('[F-P06] three poisoned inputs in a row stop the process', () => {
  const { tick } = driven(1)
  tick(0)
  tick(1)
  assert.throws(() => tick(2), FatalFailure)
})

test('[API-02] one key is one command: a repeat points at the first, another body is a conflict', () => {
  const { driver, written } = driven()
  const command = (id: string, bodyHash: string) =>
    driver.offer({
      topic: 'commands',
      key: 'demo',
      source: 'test',
      body: { commandId: id as never, account: 'demo' as never, route: '/r', key: 'k', bodyHash, type: 't', params: {} },
    })
  command('a', 'h1')
  command('b', 'h1')
  command('c', 'h2')
  const repeats = written.filter(({ text }) => text.includes('"command_repeats"')).map(({ text }) => parseEvent(text).event.body)
  assert.deepEqual(repeats, [
    { commandId: 'b', firstCommandId: 'a', conflict: false },
    { commandId: 'c', firstCommandId: 'a', conflict: true },
  ])
})

test('[PE-04] what was derived after the last record is durable with that record', async () => {
  const { driver, engine, written, tick } = driven()
  tick(0)
  const last = written.at(-1)?.seq ?? 0
  assert.ok(engine.seq >= last)
  let isDone = false
  const waiting = driver.whenDurable(engine.seq + 1).then(() => (isDone = true))
  await Promise.resolve()
  assert.equal(isDone, false)
  driver.durable(last)
  await waiting
  await driver.whenDurable(engine.seq)
})

test('[F-P03] records that recovery writes again become durable below where the engine stands, and that is no fall', () => {
  const first = driven()
  first.tick(1)
  const now = epochMs(START + 1)
  const engine = machine()
  engine.restore(first.engine.snapshot())
  const recovered = new Driver({
    engine,
    clock: { now: () => now },
    journal: { append: () => undefined },
    effects: { perform: () => undefined },
  })
  recovered.durable(1)
  assert.equal(recovered.durableSeq, engine.seq)
  assert.throws(() => (recovered.durable(engine.seq + 5), recovered.durable(engine.seq + 2)), /durability never falls/)
})
