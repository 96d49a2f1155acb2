/** What screens remember is the same after a restart from a snapshot, from the records alone, and without a restart. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Driver } from '#engine/driver.ts'
import { Engine } from '#engine/engine.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import { PIPELINE } from '#pipeline'
import { epochMs } from '#units/time.ts'
import { manualClock } from './clocks.ts'
import { resolveConfig } from './config.ts'
import { recoverEngine, snapshotOf } from './recover-engine.ts'
import { RunMemory } from './run-memory.ts'

const START = epochMs(1_769_644_800_000)
const DIGESTS = { codeDigest: 'c', configDigest: 'd', node: 'n', architecture: 'a' }

test('[API-06] [OP-03] decisions, origins and alert times survive a restart, with a snapshot and without', () => {
  const { components } = resolveConfig([])
  const engine = new Engine({ pipeline: PIPELINE, config: components })
  const clock = manualClock(START)
  const memory = new RunMemory(engine)
  const records: WrittenRecord[] = []
  const driver = new Driver({
    engine,
    clock,
    journal: { append: (record) => void records.push(record) },
    effects: { perform: () => undefined },
    onStep: (report) => memory.observe(report),
  })
  const link = (state: 'up' | 'down'): void =>
    driver.offer({ topic: 'venue_links', key: 'deribit', source: 'test', body: { venue: 'deribit', state } })
  const say = (type: string): void => {
    const body = {
      commandId: `c-${records.length}` as never,
      account: 'demo' as never,
      route: 'r',
      key: `${records.length}`,
      bodyHash: '',
      type,
      params: {},
    }
    driver.offer({ topic: 'commands', key: 'demo', source: 'test', body })
  }
  link('down')
  const taken = { seq: records.at(-1)?.seq ?? 0, head: '', ...snapshotOf(engine, DIGESTS, { memory }) }
  clock.set(epochMs(START + 5_000))
  say('halt')
  const source = { pipeline: PIPELINE, components, digests: DIGESTS }
  const recordsFrom = (fromSeq: number): readonly WrittenRecord[] => records.filter(({ seq }) => seq >= fromSeq)
  const withSnapshot = recoverEngine({ ...source, snapshot: taken, records: recordsFrom })
  const without = recoverEngine({ ...source, snapshot: undefined, records: recordsFrom })

  assert.deepEqual([...memory.raisedAt], [['venue_down deribit', START]])
  assert.ok(memory.decisions.newest('demo', 10).some(({ kind }) => kind === 'safety_halt'))
  for (const recovered of [withSnapshot, without])
    assert.deepEqual(JSON.parse(JSON.stringify(recovered.memory.save())), JSON.parse(JSON.stringify(memory.save())))
  assert.ok(withSnapshot.inputsReplayed < without.inputsReplayed)
  link('up')
  assert.deepEqual([...memory.raisedAt], [], 'a cleared alert stands since never')
})

test('[PE-05] the records of a session under other digests are folded, though the snapshot before it is of these', () => {
  const { components } = resolveConfig([])
  const engine = new Engine({ pipeline: PIPELINE, config: components })
  const records: WrittenRecord[] = []
  const clock = manualClock(START)
  const driver = new Driver({
    engine,
    clock,
    journal: { append: (record) => void records.push(record) },
    effects: { perform: () => undefined },
  })
  const session = (epoch: string, codeDigest: string): void =>
    driver.offer({
      topic: 'session_started',
      key: 'sim',
      source: 'test',
      body: { sessionId: epoch, epoch, mode: 'sim', ...DIGESTS, codeDigest, config: {}, startedAt: START },
    })
  const source = {
    pipeline: PIPELINE,
    components,
    digests: DIGESTS,
    snapshot: undefined,
    records: (fromSeq: number) => records.filter(({ seq }) => seq >= fromSeq),
  }
  session('a', 'c')
  assert.equal(recoverEngine(source).mode, 'derive')
  session('b', 'other')
  session('c', 'c')
  assert.equal(recoverEngine(source).mode, 'fold')
  assert.equal(recoverEngine(source).engine.seq, engine.seq)
})
