/** When what was appended leaves: at the end of its tick, or with all ticks of the turn while the worker is busy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { journalOutbox } from './journal-outbox.ts'

function outbox() {
  const sent: number[] = []
  const state = { isBusy: false }
  const box = journalOutbox(
    (message) => void sent.push(message.type === 'append' ? message.bundle.count : 1),
    () => state.isBusy,
  )
  let seq = 0
  return { sent, state, push: () => box.push({ seq: ++seq, kind: 'input', text: 'x' }), send: box.send }
}

test('[PE-05] an idle worker gets each tick at its end, a busy one all ticks of the turn together', async () => {
  const { sent, state, push } = outbox()
  push()
  push()
  await Promise.resolve()
  push()
  await Promise.resolve()
  assert.deepEqual(sent, [2, 1])
  state.isBusy = true
  for (let tick = 0; tick < 3; tick++) {
    push()
    await Promise.resolve()
  }
  assert.deepEqual(sent, [2, 1])
  await nextTurn()
  assert.deepEqual(sent, [2, 1, 3])
})

test('[PE-05] a flush does not wait for the turn, and nothing leaves twice', async () => {
  const { sent, state, push, send } = outbox()
  state.isBusy = true
  push()
  send()
  assert.deepEqual(sent, [1])
  await nextTurn()
  assert.deepEqual(sent, [1])
})
