/** Covers marked to the market: the seven fields, the credit, marks in doubt, demo, the interval. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOPICS } from '#topics/registry.ts'
import type { MtmRecord } from '#topics/proof.ts'
import { epochMs } from '#units/time.ts'
import { activate, buy, COVER, PUT_81, STATED, states, withPosition } from './certificate.fixture.ts'
import { feedIndex, feedMark, feedOption, harness, only, PERP, T0 } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import { books } from './books.ts'
import { mtm } from './mtm.ts'
import type { MtmState } from './mtm.ts'

const MINUTE = 60_000
const START = epochMs(T0 - (T0 % MINUTE))

function session(at: Harness, mode: string): void {
  const config = { sessionId: 's', epoch: '1', mode, codeDigest: '', configDigest: '', config: {}, node: '', architecture: '' }
  at.feed('session_started', TOPICS.session_started.schema.parse({ ...config, startedAt: START }))
}
function tick(at: Harness, minutes: number, name = 'minute'): readonly MtmRecord[] {
  at.at = epochMs(START + minutes * MINUTE)
  return only(at.feed('clock_tick', { name, dueAt: at.at }), 'mtm_records')
}
/** Index and perpetual, and the option where a bid is given, a second before the minute. */
function market(at: Harness, minutes: number, index: string, bid?: string): void {
  at.at = epochMs(START + minutes * MINUTE - 1_000)
  feedMark(at, PERP, index, { bid: index, ask: index })
  feedIndex(at, index)
  if (bid !== undefined) feedOption(at, PUT_81, { bid, mark: bid })
}
function covered(mode = 'sim'): Harness {
  const at = withPosition([mtm])
  session(at, mode)
  at.wire('coverages', COVER)
  buy(at)
  activate(at)
  return at
}

test('[P-12] the seven fields, the credit, and the certificate’s worst ratio', () => {
  const at = covered()
  market(at, 1, '90000', '0.0095')
  const [record] = tick(at, 1)
  assert.ok(record)
  // 19,073 + 0 + 0.0095 x 90,000
  assert.deepEqual(
    [
      record.coverageId,
      record.positionId,
      record.positionPnl,
      record.hedgeMtm,
      record.equity,
      record.drawdownBuffer,
      record.coverageRatio,
    ].map(String),
    ['cover-1', PERP, '0', '855', '19928', '9907.65', '1.000000'],
  )
  assert.deepEqual([record.credit, record.change, record.coverageRatioWorst, record.doubtful.length].map(String), ['855', '855', '1', '0'])
})

test('[P-12] every figure is at the close, so that equity = cash + position PnL + hedge MTM also where bid and mark differ', () => {
  const at = covered()
  market(at, 1, '90000')
  feedMark(at, PERP, '90000', { bid: '89950', ask: '90050' })
  feedOption(at, PUT_81, { bid: '0.0095', mark: '0.01' })
  const [record] = tick(at, 1)
  // cash 20,000 - 900 - 27; the long at 89,950 against its 90,000; the put at its bid
  assert.deepEqual(
    [record?.positionPnl, record?.hedgeMtm, record?.equity, record?.drawdownBuffer].map(String),
    ['-50', '855', '19878', '9857.65'],
    '19,073 - 50 + 855, and that less the limit of 10,020.35; at the mark it were 19,973',
  )
})

test('[P-12] [C-70] what is stated beyond the books has lost is in equity and buffer, as it is in the floor', () => {
  const at = covered()
  states(at, [{ ...STATED, entryPrice: '94000', size: '1.5' }])
  market(at, 1, '90000', '0.0095')
  const [record] = tick(at, 1)
  // half a coin beyond the books, 4,000 under its entry
  assert.deepEqual([record?.positionPnl, record?.equity, record?.drawdownBuffer].map(String), ['0', '17928', '7907.65'])
})

test('[P-12] a record when the value changed, not else; the change is what is credited', () => {
  const at = covered()
  market(at, 1, '90000', '0.0095')
  tick(at, 1)
  assert.deepEqual(tick(at, 1), [])
  market(at, 2, '85000', '0.02')
  const [record] = tick(at, 2)
  assert.deepEqual([record?.hedgeMtm, record?.credit, record?.change, record?.equity].map(String), ['1700', '1700', '845', '15773'])
})

test('[F-A12] a stale mark is flagged and credits nothing, however much the hedge seems worth', () => {
  const at = covered()
  market(at, 1, '90000', '0.0095')
  assert.equal(tick(at, 1)[0]?.credit.toString(), '855')
  // the option's quote freezes; index and perpetual go on, and it grows older than the ledger's limit of 30 s
  market(at, 2, '84000')
  const [frozen] = tick(at, 2)
  assert.deepEqual(frozen?.doubtful, [PUT_81])
  assert.equal(frozen.hedgeMtm?.toString(), '798') // 0.0095 x 84,000: less than credited, so the credit falls
  assert.deepEqual([frozen.credit, frozen.change].map(String), ['798', '-57'])
  market(at, 3, '99000')
  const [higher] = tick(at, 3)
  assert.equal(higher?.hedgeMtm?.toString(), '940.5') // the same frozen coin price at a higher index
  assert.deepEqual([higher.credit, higher.change, higher.doubtful.length].map(String), ['798', '0', '1'])
  market(at, 4, '99000', '0.001')
  const [fresh] = tick(at, 4)
  assert.deepEqual([fresh?.credit, fresh?.change, fresh?.doubtful.length].map(String), ['99', '-699', '0'])
  market(at, 5, '80000', '0.03')
  assert.deepEqual([tick(at, 5)[0]?.change].map(String), ['2301'])
})

test('[F-A12] a price that ages in the minute of the round is doubtful in that round already', () => {
  const at = covered()
  at.at = epochMs(START + MINUTE - 30_001)
  feedOption(at, PUT_81, { bid: '0.02', mark: '0.02' })
  at.at = epochMs(START + MINUTE - 1)
  feedMark(at, PERP, '90000', { bid: '90000', ask: '90000' })
  feedIndex(at, '90000')
  const [record] = tick(at, 1)
  assert.deepEqual([record?.doubtful, record?.credit.toString()], [[PUT_81], '0'])
})

test('[P-12] at its end a cover gives back what was credited; the sum of all changes is nothing', () => {
  const at = covered()
  market(at, 1, '90000', '0.0095')
  tick(at, 1)
  const [end] = only(at.wire('coverages', { ...COVER, state: 'settling', filled: '1', activatedAt: at.at }), 'mtm_records')
  assert.deepEqual([end?.credit, end?.change, end?.isStanding].map(String), ['0', '-855', 'false'])
  const changes = only(at.emitted, 'mtm_records').reduce((sum, { change }) => sum + change.units, 0n)
  assert.equal(changes, 0n)
  const state = at.stateOf('ledger/mtm') as MtmState
  assert.deepEqual([state.covers.size, state.credited.size, state.marked.size, state.ratios.size], [0, 0, 0, 0])
})

test('[P-12] demo credits belong to simulated and paper accounts alone', () => {
  for (const [mode, isDemo] of [
    ['sim', true],
    ['paper', true],
    ['live', false],
    ['backtest', false],
  ] as const) {
    assert.equal(tick(covered(mode), 1)[0]?.isDemo, isDemo, mode)
  }
})

test('[P-15] the interval: whole minutes with the minute, others by their own timer, 0 never', () => {
  const every = (intervalMs: number): Harness => {
    const at = harness([books, mtm], { 'ledger/mtm': { intervalMs } })
    at.at = START
    session(at, 'sim')
    return at
  }
  const requests = (at: Harness): readonly number[] => only(at.emitted, 'timer_requests').map(({ at: due }) => due - START)
  const own = every(15_000)
  assert.deepEqual(requests(own), [15_000])
  session(own, 'sim') // a restart does not set a second one going
  own.at = epochMs(START + 15_000)
  own.feed('clock_tick', { name: 'ledger-mtm', dueAt: own.at })
  own.feed('clock_tick', { name: 'ledger-mtm', dueAt: START }) // left over from another interval
  assert.deepEqual(requests(own), [15_000, 30_000])
  const rounds = (at: Harness): number => {
    at.wire('coverages', { ...COVER, state: 'active', filled: '1' })
    for (let minute = 1; minute <= 10; minute++) tick(at, minute)
    return only(at.emitted, 'mtm_rounds').length
  }
  assert.deepEqual([rounds(every(60_000)), rounds(every(300_000)), rounds(every(0)), requests(every(300_000)).length], [10, 3, 0, 0])
  assert.throws(() => harness([mtm], { 'ledger/mtm': { intervalMs: 500 } }))
})

test('[P-15] rounds that could not run are told by the next one, once', () => {
  for (const intervalMs of [60_000, 15_000]) {
    const at = harness([books, mtm], { 'ledger/mtm': { intervalMs } })
    at.at = START
    session(at, 'sim')
    at.wire('coverages', { ...COVER, state: 'active', filled: '1' })
    const name = intervalMs === 60_000 ? 'minute' : 'ledger-mtm'
    const roundAt = (periods: number, dueAfter: number): readonly (number | undefined)[] => {
      at.at = epochMs(START + periods * intervalMs)
      const events = at.feed('clock_tick', { name, dueAt: epochMs(START + dueAfter * intervalMs) })
      return only(events, 'mtm_rounds').map(({ missed }) => missed)
    }
    assert.deepEqual([roundAt(1, 1), roundAt(5, 2), roundAt(6, 6)], [[undefined], [3], [undefined]], String(intervalMs))
  }
})
