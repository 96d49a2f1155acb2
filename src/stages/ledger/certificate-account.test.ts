/** The whole account in a certificate, by hand: other covers, what is stated beyond the books, and when it is told anew. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateDigest, certify } from '#domain/certificate.ts'
import { coverageCertificate } from '#topics/proof.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import { approve } from './books.fixture.ts'
import { activate, buy, COVER, covered, STATED, states, withPosition } from './certificate.fixture.ts'
import { fill, only } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

const PUT_80 = 'BTC-13FEB26-80000-P'

function minute(at: Harness): readonly CoverageCertificate[] {
  return only(at.feed('clock_tick', { name: 'minute', dueAt: at.at }), 'coverage_certificates')
}
/** Half a coin more, and a second cover for it that lasts a week longer: 0.5 x 0.008 x 90,000 = 360, fee 13.5. */
function second(at: Harness): CoverageCertificate | undefined {
  fill(at, { side: 'buy', quantity: '0.5', price: '90000', orderId: 'p1' })
  const cover = {
    ...COVER,
    coverageId: 'cover-2',
    instrument: PUT_80,
    strike: '80000',
    expiry: COVER.expiry + 7 * 86_400_000,
    size: '0.5',
    premium: '360',
    fee: '13.5',
    floorPrice: '80000',
    equityBefore: '19073',
    floorEquity: '13673.5', // 19,073 - 5,000 - 373.5 - exit 26
    exitCostMax: '26',
  }
  at.wire('coverages', cover)
  approve(at, 'c2', 'hedge', PUT_80 as never)
  const terms = { instrument: PUT_80 as never, side: 'buy', quantity: '0.5', price: '0.008', index: '90000', orderId: 'c2' } as const
  fill(at, { ...terms, fee: '0.00015', feeCurrency: 'BTC' })
  return only(at.wire('coverages', { ...cover, state: 'active', filled: '0.5', activatedAt: at.at }), 'coverage_certificates')[0]
}
test('[P-12] [P-11] a second cover: the first is certified anew within the minute, and both say what the account keeps with both', () => {
  const { at } = covered()
  assert.deepEqual(minute(at), [])
  const own = second(at)
  const [first] = minute(at)
  assert.ok(own !== undefined && first?.coverageId === 'cover-1')
  assert.deepEqual(
    [first.issuedFor, first.inputs.beside?.map(({ coverageId, size }) => [coverageId, size.toString()])],
    ['account_changed', [['cover-2', '0.5']]],
  )
  // 20,000 - 927 - 373.5 = 18,699.5, less 9,000 and 5,000 to the strikes is 4,699.5; leaving costs 78 of it at 80,000 at most
  for (const { result } of [first, own]) {
    assert.deepEqual([result.uncovered.toString(), result.settlement.unexplained.toString()], ['0', '0'])
    const keeps = result.account?.worst.equity.toNumber() ?? 0
    assert.ok(keeps <= 4_699.5, String(keeps))
  }
  assert.deepEqual([first.result.account?.covers, first.result.account?.worst.equity.toFixed(2, 'down')], [1, '4621.59'])
  // the longer one cannot count on the shorter: it may have ended at a higher index
  assert.deepEqual([own.result.account?.covers, own.result.account?.worst.index.toString()], [0, '0'])
  const { belowFloor, worst } = first.result.account ?? assert.fail('the account')
  assert.equal(belowFloor.toString(), first.result.settlement.floorEquity.minus(worst.equity).toString())
  const read = coverageCertificate.parse(JSON.parse(JSON.stringify(first)))
  assert.equal(certificateDigest(read.inputs, certify(read.inputs)), first.digest)
})

test('[P-12] the margin counts the options of covers that last as long: two halves covered are no account to be closed', () => {
  const { at } = covered()
  const own = second(at)
  const [first] = minute(at)
  assert.deepEqual([first?.result.liquidation.index, first?.result.holds], [undefined, true], 'the longer put is there at its settlement')
  assert.ok(own?.result.liquidation.index !== undefined && !own.result.holds, 'after the shorter one one coin is bare')
})

test('[P-11] [P-12] what is stated beyond the books: its loss since the entry is in the base, once, and what is in the books is not stated', () => {
  const at = withPosition()
  states(at, [{ ...STATED, entryPrice: '94000', size: '1.5' }]) // half a coin beyond: 2,000 lost
  at.wire('coverages', { ...COVER, equityBefore: '18000', floorEquity: '8020.35' })
  buy(at)
  const told = activate(at, { equityBefore: '18000', floorEquity: '8020.35' })
  assert.deepEqual([told?.inputs.stated?.size, told?.inputs.stated?.result, told?.inputs.since.basis].map(String), ['0.5', '-2000', '0'])
  assert.deepEqual([told?.result.base, told?.result.settlement.unexplained, told?.result.uncovered].map(String), ['17073', '0', '0.5'])
  assert.equal(told?.result.settlement.holds, true)
  // all of it falls to nothing: 17,073 - 135,000 + 81,000
  assert.deepEqual([told.result.account?.worst.equity, told.result.account?.worst.index].map(String), ['-36927', '0'])
  states(at, [{ ...STATED, entryPrice: '150000', size: '1.5' }], 'again')
  const [worse] = minute(at)
  assert.deepEqual(
    [
      worse?.result.settlement.excluded.map(({ name, amount }) => [name, amount.toString()]),
      worse?.result.settlement.unexplained.toString(),
    ],
    [[['stated', '-28000']], '0'],
  )
  states(at, [{ ...STATED, entryPrice: '150000', size: '1' }], 'repeated')
  assert.deepEqual([minute(at)[0]?.inputs.stated, minute(at)], [undefined, []], 'the books hold it')
})
