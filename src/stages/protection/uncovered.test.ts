/** What no cover stands for, judged on the books and on what the client states, account by account, with its size. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
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

const PLAIN = ['funding', 'basis', 'closing_slippage', 'trading', 'transfers', 'stated_positions', 'other_covers']

interface Stated {
  readonly id: string
  readonly side: 'long' | 'short'
  readonly size: string
  readonly entryPrice?: string
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
  holds(on, '1', 201, other)
  const asked = on.feed(201, 'accepted_commands', { ...command('quote', QUOTE_PARAMS, 'other'), account: other })
  assert.equal(finalAnswers(asked)[0]?.['uncoveredSize'], '0')
})

test('[P-12] what stands is told anew as its position is stated, filled, or covered beside it', () => {
  const on = protectionBench()
  february(on)
  holds(on, '1', 0)
  const cover = protectedAccount(on)
  assert.deepEqual([cover.uncoveredSize, cover.floorExcludes], [undefined, PLAIN])
  const told = (events: readonly AnyEvent[]): unknown =>
    events.flatMap(({ topic, body }) =>
      topic === 'coverages' ? [[body.coverageId, body.uncoveredSize?.toString(), body.floorExcludes?.includes('uncovered_position')]] : [],
    )
  on.feed(200, 'accepted_commands', command('ingest_portfolio', {}, 'grown'))
  const answer = { status: 'ok', positions: [{ id: 'a', side: 'long', size: '1.5' }] }
  const stated = on.feed(200, 'command_results', { commandId: 'grown' as CommandId, final: true, httpStatus: 200, answer })
  assert.deepEqual(told(stated), [[cover.coverageId, '0.5', true]])
  assert.deepEqual(told(holds(on, '3', 300)), [[cover.coverageId, '2', true]], 'a fill')
  assert.deepEqual(told(holds(on, '3', 301)), [], 'once')
  states(on, 400, [])
  assert.deepEqual(told(holds(on, '1', 401)), [[cover.coverageId, undefined, false]], 'closed again')
})

test('[P-11] [P-12] what stated positions have lost is in the equity a floor rests on; what they have gained nobody can take there', () => {
  const floorWith = (entryPrice: string, change: Record<string, Json> = {}, base: Record<string, Json> = QUOTE_PARAMS) => {
    const on = protectionBench()
    february(on)
    holds(on, '1', 0)
    states(on, 1, [{ id: 'a', side: 'long', size: '1.5', entryPrice }])
    const [told] = finalAnswers(on.feed(1, 'accepted_commands', command('quote', { ...base, ...change }, entryPrice)))
    assert.ok(told !== undefined)
    return told
  }
  const [plain, lost, gained, gone] = ['88000', '92000', '60000', '150000'].map((entry) => floorWith(entry))
  // index 88,000: half a coin is stated beyond the books, and has lost 2,000
  assert.deepEqual([plain?.['statedResultUsdc'], lost?.['statedResultUsdc'], gained?.['statedResultUsdc']], ['0', '-2000', '0'])
  const floor = (answer: typeof plain): number => Number(answer?.['floorEquity'])
  assert.deepEqual([floor(lost) - floor(plain), floor(gained) - floor(plain)], [-2000, 0])
  assert.deepEqual([gone?.['status'], gone?.['reason']], ['no_quote', 'floor_not_positive'], '31,000 lost and 20,000 there')
  // 82,000 leaves 13,084.3 of 20,000, and 11,084.3 of the 18,000 there are
  const { drawdownFloorPct: _, ...params } = QUOTE_PARAMS
  const shareOf = (equityFloorPct: string): Record<string, Json> => floorWith('92000', { equityFloorPct }, params)
  assert.equal(floor(shareOf('0.615')), 11_084.3)
  const refused = shareOf('0.62')
  assert.deepEqual(
    [refused['reason'], (refused['explanation'] as Record<string, Json>)['flip']],
    ['equity_floor_not_met', { field: 'equityFloorPct', to: '0.615794' }],
  )
})

test('[P-02] [P-12] a share of equity is of the whole account: what another cover lets its part lose is not there to be kept', () => {
  const on = protectionBench()
  february(on)
  const first = protectedAccount(on) // one coin at 80,000
  holds(on, '2', 200)
  const { drawdownFloorPct: _, ...params } = QUOTE_PARAMS
  const ask = (equityFloorPct: string): Record<string, Json> => {
    const [told] = finalAnswers(on.feed(300, 'accepted_commands', command('quote', { ...params, equityFloorPct }, equityFloorPct)))
    assert.ok(told !== undefined)
    return told
  }
  // 82,000 leaves 13,084.3 of 20,000 for its own coin; the other one loses 8,000 to 80,000 and 52 to leave
  assert.equal(first.strike.toString(), '80000')
  assert.equal(ask('0.251')['status'], 'ok')
  const refused = ask('0.26')
  assert.deepEqual(
    [refused['reason'], (refused['explanation'] as Record<string, Json>)['flip']],
    ['equity_floor_not_met', { field: 'equityFloorPct', to: '0.251615' }],
  )
})
