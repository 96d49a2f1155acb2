/** The engine: ranks, causes, poisoned steps, snapshots. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { component, QUIET } from './component.ts'
import type { AnyEvent } from './component.ts'
import { Engine } from './engine.ts'
import { StateVersionError } from './state-version.ts'
import { timers } from './timers.ts'
import { indexAt, listener, scrambler } from './toy-pipeline.fixture.ts'

function engine(config: { failAt?: number; floodAt?: number } = {}, inspect?: (event: AnyEvent) => void, snapshotEvery = 20_000): Engine {
  const pipeline = [timers, scrambler, listener]
  return new Engine({
    pipeline,
    config: { 'engine/timers': {}, 'toy/scrambler': { failAt: 0, floodAt: 0, ...config }, 'toy/listener': {} },
    snapshotEvery,
    ...(inspect === undefined ? {} : { inspect }),
  })
}

test('[PE-04] a higher rank number waits until no lower one is queued, whatever the order of emission', () => {
  const seen: string[] = []
  engine({}, (event) => seen.push(event.topic)).take(indexAt(0))
  assert.deepEqual(seen, ['raw_index', 'safety_triggers', 'index_prices', 'timer_requests', 'command_results'])
})

test('[PE-04] seq counts every event in the order of emission and causes lead back to the input', () => {
  const machine = engine()
  const { decisions } = machine.take(indexAt(0))
  assert.deepEqual(
    decisions.map(({ seq, topic, cause }) => [seq, topic, cause]),
    [
      [2, 'command_results', 1],
      [4, 'safety_triggers', 1],
    ],
  )
  const trigger = decisions[1]
  assert.ok(trigger !== undefined)
  assert.deepEqual(
    machine.chainTo(trigger).map(({ seq }) => seq),
    [1, 4],
  )
  assert.equal(machine.seq, 5)
})

test('[PE-04] a component that answers QUIET keeps its state, as it stands and without a word', () => {
  const quiet = component({
    name: 'toy/quiet',
    version: 1,
    consumes: ['raw_index'],
    produces: [],
    config: z.strictObject({}).prefault({}),
    initial: () => ({ ticks: 0 }),
    step: (state) => {
      state.ticks++
      return QUIET
    },
  })
  const machine = new Engine({ pipeline: [quiet], config: { 'toy/quiet': {} } })
  machine.take(indexAt(0))
  assert.deepEqual(machine.take(indexAt(1)).decisions, [])
  assert.deepEqual(machine.stateOf(quiet), { ticks: 2 })
  assert.equal(machine.seq, 2)
})

test('[PE-04] a step that throws leaves no emission and no state behind', () => {
  const machine = engine({ failAt: 3 })
  machine.take(indexAt(0))
  machine.take(indexAt(1))
  const before = machine.stateText()
  const report = machine.take(indexAt(2))
  assert.match(String(report.failure), /planted/)
  assert.equal(report.input.seq, 10)
  assert.deepEqual(report.decisions, [])
  assert.equal(machine.stateText(), before)
})

test('[PE-04] an engine that keeps nothing for an undo throws, with the input named', () => {
  const machine = engine({ failAt: 2 }, undefined, 0)
  machine.take(indexAt(0))
  assert.throws(() => machine.take(indexAt(1)), /raw_index could not be handled.*planted/)
})

test('[PE-04] more than 10,000 emissions in a step are a failure of that step', () => {
  const machine = engine({ floodAt: 2 })
  machine.take(indexAt(0))
  const before = machine.stateText()
  assert.match(String(machine.take(indexAt(1)).failure), /at most 10000 events/)
  assert.equal(machine.stateText(), before)
})

test('[PE-05] a restored snapshot goes on as the engine it was taken from', () => {
  const original = engine()
  for (let i = 0; i < 5; i++) original.take(indexAt(i))
  const copy = engine()
  copy.restore(structuredClone(original.snapshot()))
  assert.equal(copy.stateText(), original.stateText())
  original.take(indexAt(9))
  copy.take(indexAt(9))
  assert.equal(copy.stateText(), original.stateText())
})

test('[PE-05] a state of another version is refused with both versions named', () => {
  const machine = engine()
  const snapshot = machine.snapshot()
  const components = { ...snapshot.components, 'toy/listener': { version: 7, state: '{}' } }
  assert.throws(
    () => machine.restore({ ...snapshot, components }),
    (error) => error instanceof StateVersionError && /version 7.*version 1/.test(error.message),
  )
})

test('[PE-04] event time never falls: an earlier instant is a failure, not an event', () => {
  const machine = engine()
  machine.take(indexAt(10))
  assert.match(String(machine.take(indexAt(9)).failure), /event time never falls/)
})
