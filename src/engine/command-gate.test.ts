/** The gate over its own step: how long which answer is kept, and that a snapshot written page by page is the one written from nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrng } from '#base/prng.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { DAY_MS, epochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { AnyEvent } from './component.ts'
import { answerOf, commandGate } from './command-gate.ts'
import type { CommandGateState } from './command-gate.ts'
import { encodeState, decodeState } from './state-codec.ts'

const START = epochMs(1_769_644_800_000)
const DEMO = 'demo' as AccountId
type GateEvent = AnyEvent<'commands' | 'command_results' | 'clock_tick'>

function gate(state = commandGate.initial({})) {
  let seq = 0
  const step = (topic: GateEvent['topic'], body: object, at: EpochMs) =>
    commandGate.step(state, { seq: ++seq, at, topic, key: 'demo', source: 'test', cause: 0, body } as GateEvent, {}).emit
  return {
    state,
    send: (id: string, key = id, at = START, bodyHash = 'h') =>
      step('commands', { commandId: id, account: DEMO, route: 'POST /x', key, bodyHash, type: 'quote', params: {} }, at)[0],
    answer: (id: string, answer: object, final = true) =>
      void step('command_results', { commandId: id, final, httpStatus: 200, answer }, START),
    minute: (at: EpochMs) => void step('clock_tick', { name: 'minute', dueAt: at }, at),
  }
}
const after = (ms: number): EpochMs => epochMs(START + ms)
const known = (state: CommandGateState, id: string): boolean => answerOf(state, id as CommandId).known
const saved = (state: CommandGateState): string => commandGate.saveText?.(state) ?? ''
const restored = (text: string) => gate(commandGate.load?.(decodeState(text), {}) as CommandGateState)

test('[API-01] a key is known for 30 days, a command without one for a day; each to the millisecond', () => {
  const { state, send, answer, minute } = gate()
  send('keyed', 'k1')
  send('keyless')
  answer('keyed', { status: 'ok' })
  answer('keyless', { status: 'ok' })
  minute(after(DAY_MS - 1))
  assert.deepEqual([known(state, 'keyed'), known(state, 'keyless')], [true, true])
  minute(after(DAY_MS))
  assert.deepEqual([known(state, 'keyed'), known(state, 'keyless')], [true, false])
  minute(after(30 * DAY_MS - 1))
  assert.equal(send('again', 'k1', after(30 * DAY_MS - 1))?.topic, 'command_repeats')
  minute(after(30 * DAY_MS))
  assert.equal(known(state, 'keyed'), false)
  assert.equal(send('anew', 'k1', after(30 * DAY_MS))?.topic, 'accepted_commands')
})

test('[API-01] a repeat and a conflict are told after a restore as before it, and the first final answer stays', () => {
  const first = gate()
  first.send('a', 'k')
  first.answer('a', { status: 'pending' }, false)
  const { state, send, answer } = restored(saved(first.state))
  assert.deepEqual(answerOf(state, 'a' as CommandId).stored?.answer, { status: 'pending' })
  answer('a', { n: 1 })
  answer('a', { n: 2 })
  assert.deepEqual(answerOf(state, 'a' as CommandId).stored?.answer, { n: 1 })
  assert.deepEqual(send('b', 'k')?.body, { commandId: 'b', firstCommandId: 'a', conflict: false })
  assert.deepEqual(send('c', 'k', START, 'other')?.body, { commandId: 'c', firstCommandId: 'a', conflict: true })
})

/** What the codec makes of all that is kept, without pages. */
function slowText({ keyed, keyless }: CommandGateState): string {
  const list = (shelf: CommandGateState['keyed']) =>
    shelf.pages
      .flatMap(({ commands }) => commands)
      .map(({ account, route, key, commandId, bodyHash, at, seq, pending, final }) => [
        account,
        route,
        key,
        commandId,
        bodyHash,
        at,
        seq,
        ...[pending, final].map((kept) => (kept === undefined ? null : [kept.seq, kept.httpStatus, kept.text])),
      ])
  return encodeState({ keyed: list(keyed), keyless: list(keyless) })
}

test('[PE-05] whatever was answered when, and however often it was saved, the snapshot is that of one written from nothing', () => {
  const random = createPrng(7)
  const { state, send, answer, minute } = gate()
  const open: string[] = []
  for (let i = 0; i < 700; i++) {
    send(`c${i}`, random.uniform() < 0.5 ? `k${i}` : undefined, after(i * 3_600_000))
    open.push(`c${i}`)
    while (open.length > 0 && random.uniform() < 0.6)
      answer(open.splice(Math.floor(random.uniform() * open.length), 1)[0] ?? '', { i, text: 'a "quoted" word' })
    if (i % 50 === 0) minute(after(i * 3_600_000))
    if (random.uniform() < 0.1) assert.equal(saved(state), slowText(state), `after command ${i}`)
  }
  const text = saved(state)
  const again = restored(text)
  assert.equal(saved(again.state), text)
  for (const id of open) {
    answer(id, { late: true })
    again.answer(id, { late: true })
  }
  assert.ok(state.byId.size > 300, 'several pages of commands are kept')
  assert.equal(saved(state).replaceAll(/\[\d+,200,/g, '[0,200,'), saved(again.state).replaceAll(/\[\d+,200,/g, '[0,200,'))
})
