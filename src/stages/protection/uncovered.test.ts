/** What no cover stands for, judged on the books and on what the client states, account by account, with its size. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bench } from '#engine/harness.fixture.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import type { Json } from '#topics/schema.ts'
import {
  accountValue,
  command,
  february,
  finalAnswers,
  holds,
  protectedAccount,
  protectionBench,
  QUOTE_PARAMS,
} from './protection.fixture.ts'

const PLAIN = ['funding', 'basis', 'closing_slippage']

interface Stated {
  readonly id: string
  readonly side: 'long' | 'short'
  readonly size: string
}
/** What the ledger answers to a statement of positions, as `/portfolio/ingest` is answered. */
function states(on: Bench, offsetMs: number, positions: readonly Stated[], status = 'ok'): void {
  const id = `ingest-${offsetMs}`
  on.feed(offsetMs, 'accepted_commands', command('ingest_portfolio', {}, id))
  const answer = { status, positions: positions.map((one) => ({ ...one })) }
  on.feed(offsetMs, 'command_results', { commandId: id as CommandId, final: true, httpStatus: 200, answer })
}
function uncovered(on: Bench, offsetMs: number, change: Record<string, Json> = {}): unknown {
  const params = { ...QUOTE_PARAMS, ...change }
  const id = JSON.stringify([offsetMs, change])
  const [answer] = finalAnswers(on.feed(offsetMs, 'accepted_commands', command('quote', params, id)))
  assert.ok(answer !== undefined)
  return [answer['uncoveredSize'], (answer['floorExcludes'] as readonly string[]).includes('uncovered_position')]
}

test('[P-12] [P-11] the position the client states counts as the one in the books does: the larger of the two, with its size', () => {
  const on = protectionBench()
  february(on)
  states(on, 1, [{ id: 'a', side: 'long', size: '1' }])
  assert.deepEqual(uncovered(on, 1), ['0', false], 'a statement may repeat what the books hold')
  states(on, 2, [
    { id: 'a', side: 'long', size: '1' },
    { id: 'b', side: 'long', size: '0.75' },
    { id: 'c', side: 'short', size: '5' },
  ])
  assert.deepEqual(uncovered(on, 2), ['0.75', true], 'all that is stated of this side, not of the other')
  assert.deepEqual(uncovered(on, 2, { positionId: 'b', positionSize: '0.7' }), ['1.05', true], 'a cover of one leaves the others')
  holds(on, '3', 3)
  assert.deepEqual(uncovered(on, 3), ['2', true], 'the books hold more than was stated')
  holds(on, '1', 4)
  states(on, 5, [{ id: 'a', side: 'long', size: '9' }], 'error')
  assert.deepEqual(uncovered(on, 5), ['0.75', true], 'a statement that was refused changes nothing')
  states(on, 6, [])
  assert.deepEqual(uncovered(on, 6), ['0', false], 'taken back')
})

test('[P-12] covers that stand count, each account for itself, and a cover keeps what it left', () => {
  const on = protectionBench()
  february(on)
  states(on, 0, [{ id: 'a', side: 'long', size: '2.5' }])
  const cover = protectedAccount(on)
  assert.deepEqual([cover.uncoveredSize?.toString(), cover.floorExcludes], ['1.5', [...PLAIN, 'uncovered_position']])
  states(on, 200, [{ id: 'a', side: 'long', size: '2' }])
  assert.deepEqual(uncovered(on, 200, { positionSize: '1' }), ['0', false])
  assert.deepEqual(uncovered(on, 200, { positionSize: '0.9' }), ['0.1', true])
  const other = 'other' as AccountId
  on.feed(201, 'account_values', { ...accountValue(), account: other })
  const asked = on.feed(201, 'accepted_commands', { ...command('quote', QUOTE_PARAMS, 'other'), account: other })
  assert.equal(finalAnswers(asked)[0]?.['uncoveredSize'], '0')
})
