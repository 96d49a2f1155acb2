/** Certificates by hand: what holds, what is excluded, what cannot hide, and what a roll says meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateDigest, certify } from '#domain/certificate.ts'
import { coverageCertificate } from '#topics/proof.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import { activate, buy, COVER, covered, fillCover, PUT_81, withPosition } from './certificate.fixture.ts'
import type { CertificateState } from './certificate-state.ts'
import { approve } from './books.fixture.ts'
import { DEMO, fill, only, PERP } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

function given(certificate: CoverageCertificate | undefined): CoverageCertificate {
  assert.ok(certificate !== undefined)
  return certificate
}
function excludedOf({ result }: Pick<CoverageCertificate, 'result'>): readonly (readonly string[])[] {
  return result.settlement.excluded.map(({ name, amount }) => [name, amount.toString()])
}

test('[P-12] an active cover is certified from the books: floor held at every index, exactly', () => {
  const { certificate } = covered()
  const { inputs, result, issuedFor, digest } = given(certificate)
  assert.equal(issuedFor, 'activation')
  assert.deepEqual(
    [inputs.books.cash, inputs.books.contracts, inputs.books.cost, inputs.books.protectable].map(String),
    ['19073', '1', '90000', '1'], // 20,000 - 900 - 27
  )
  assert.deepEqual([inputs.since.basis, inputs.since.funding, inputs.since.transfers].map(String), ['0', '0', '0'])
  assert.equal(result.base.toString(), '19073')
  assert.equal(result.settlement.unexplained.toString(), '0')
  // 19,073 - 9,000 - closing and delivery at 80,902.92: the floor counted them at the strike, 0.06 more
  assert.equal(result.settlement.worst.equity.toFixed(2, 'down'), '10020.41')
  assert.equal(result.settlement.worst.index.toFixed(2, 'down'), '80902.91')
  assert.equal(result.settlement.slack.toFixed(2, 'down'), '0.06')
  assert.deepEqual([result.settlement.holds, result.settlement.holdsUpTo, result.holds], [true, undefined, true])
  assert.equal(result.liquidation.index, undefined)
  assert.equal(digest, certificateDigest(inputs, result))
})

test('[P-12] without the venue of its put the account is liquidated where cash ends; the record says where', () => {
  const { result } = given(covered().certificate)
  // 19,073 + (S - 90,000) = 0.01 S
  assert.deepEqual(
    result.liquidation.withoutVenue.map(({ venue, index, beyondStrike }) => [venue, index?.toFixed(2, 'down'), beyondStrike]),
    [['deribit', '71643.43', true]],
  )
})

test('[P-12] the model is calibrated to the premium, and its worst case is a discount of nothing at expiry', () => {
  const { result } = given(covered().certificate)
  const { path } = result
  assert.equal(path.ivBasis, 'premium')
  assert.ok(path.ivAnnual > 0.4 && path.ivAnnual < 1.2, String(path.ivAnnual))
  assert.deepEqual(
    path.byInstant.map(({ instant }) => instant),
    ['now', 'half_way', 'renewal_window', 'expiry'],
  )
  const expiry = path.byInstant.at(-1)
  assert.deepEqual([expiry?.spotUsdc.toString(), expiry?.equity.toString()], ['0', '10073']) // equal from 0 to 81,000, the first is named
  assert.equal(path.survives, true)
  assert.ok(path.scenarios > 1_000, String(path.scenarios))
  assert.deepEqual([result.coverageRatio.ofSize.toString(), result.coverageRatio.worst], ['1', 1])
  assert.equal(result.binding.kind, 'gap') // one per cent of the index between settlement and close
  assert.ok(result.gap.belowFloor.toNumber() > 780 && result.gap.belowFloor.toNumber() < 810, result.gap.belowFloor.toString())
})

test('[P-12] a premium charged twice does not hide: it is unexplained, and the floor is not certified', () => {
  const at = withPosition()
  at.wire('coverages', COVER)
  buy(at)
  fillCover(at)
  const { result } = given(activate(at))
  assert.equal(result.settlement.unexplained.toString(), '-927')
  assert.deepEqual([result.settlement.holds, result.holds], [false, false])
  assert.equal(result.settlement.slack.toFixed(2, 'down'), '-926.93')
})

test('[P-12] what the floor excludes is named with its amount and nothing else is forgiven', () => {
  const at = withPosition()
  at.wire('coverages', { ...COVER, equityBefore: '20030', floorEquity: '10050.35' }) // closed at 90,030 by the bid, 30 over the index
  buy(at)
  at.wire('venue_funding', {
    venue: 'test',
    account: DEMO,
    fundingId: 'f1',
    instrument: PERP,
    rate: '0.0001',
    mark: '90000',
    quantity: '1',
    amount: '9',
    currency: 'USDC',
    venueAt: at.at,
  })
  const { result } = given(activate(at, { equityBefore: '20030', floorEquity: '10050.35' }))
  assert.deepEqual(excludedOf({ result }), [
    ['basis', '-30'],
    ['funding', '-9'],
  ])
  assert.deepEqual([result.settlement.unexplained.toString(), result.settlement.holds], ['0', true])
})

test('[P-12] [P-07] what the client still owes for the cover is taken from its equity, and is not the venue’s to liquidate for', () => {
  const at = withPosition()
  const charge = { status: 'ok', lines: [], charged: '1000', subsidy: '0', premiumFloor: '0', ivRegime: 'normal' }
  at.wire('coverages', { ...COVER, charge })
  buy(at)
  const { inputs, result } = given(activate(at, { charge, due: '73', floorEquity: '9947.35' }))
  assert.deepEqual([inputs.promise.owed, result.base, result.settlement.unexplained].map(String), ['73', '19000', '0'])
  assert.deepEqual([result.settlement.holds, result.liquidation.withoutVenue[0]?.index?.toFixed(2, 'down')], [true, '71643.43'])
  // what the platform owes the client is a claim, and counts for nothing
  const other = withPosition()
  other.wire('coverages', COVER)
  buy(other)
  assert.equal(given(activate(other, { due: '-50' })).inputs.promise.owed.toString(), '0')
})

test('[P-12] a position beyond the cover is named, and the account may not live to see the settlement', () => {
  const at = withPosition()
  fill(at, { side: 'buy', quantity: '1', price: '90000', orderId: 'p1' })
  at.wire('coverages', COVER)
  buy(at)
  const { result } = given(activate(at))
  assert.equal(result.uncovered.toString(), '1')
  assert.deepEqual([result.settlement.holds, result.path.survives, result.holds], [true, false, false])
  assert.equal(result.coverageRatio.ofSize.toString(), '0.5')
  assert.ok(result.liquidation.index !== undefined)
})

test('[F-O15] a roll is certified without the sale that is still to come, then again with what it brought', () => {
  const at = withPosition()
  const roll = { coverageId: 'cover-0', venue: 'deribit', instrument: PUT_81, size: '1', bidCoin: '0.005', proceeds: '450', fee: '13.5' }
  at.wire('coverages', { ...COVER, roll, equityBefore: '20436.5' })
  buy(at)
  const first = given(activate(at, { roll, equityBefore: '20436.5' }))
  assert.deepEqual([first.issuedFor, first.result.settlement.unexplained.toString(), first.result.holds], ['roll_started', '0', true])
  assert.deepEqual(
    only(at.wire('coverages', { ...COVER, state: 'active', filled: '1', activatedAt: at.at, roll }), 'coverage_certificates'),
    [],
  )
  const second = activate(at, { floorEquity: '10456.85' }) // named before the sale is in the books: 436.50 too much
  assert.equal(second?.issuedFor, 'floor_changed')
  assert.deepEqual([second.result.settlement.unexplained.toString(), second.result.holds], ['-436.5', false])
})

test('[P-12] a hedge of which a part is gone is certified anew and no longer holds', () => {
  const { at } = covered()
  const next = given(activate(at, { filled: '0.4' }))
  assert.equal(next.issuedFor, 'hedge_changed')
  assert.deepEqual([next.result.coverageRatio.ofSize.toString(), next.result.settlement.holds], ['0.4', false])
})

test('[P-12] a short with a call holds up to the index it names', () => {
  const at = withPosition([], 'sell')
  const call = {
    optionType: 'call',
    strike: '99000',
    instrument: 'BTC-6FEB26-99000-C',
    terms: { ...COVER.terms, side: 'short' },
    floorPrice: '99000',
    floorHoldsUpTo: '198000',
    exitCostMax: '128.7', // 198,000 x 0.00065
    floorEquity: '9944.3',
  }
  at.wire('coverages', { ...COVER, ...call })
  fill(at, {
    instrument: call.instrument as never,
    side: 'buy',
    quantity: '1',
    price: '0.01',
    index: '90000',
    fee: '0.0003',
    feeCurrency: 'BTC',
  })
  const { result } = given(activate(at, call))
  assert.deepEqual(
    [result.settlement.worst.index, result.settlement.worst.equity, result.settlement.slack, result.settlement.holdsUpTo].map(String),
    ['198000', '9944.3', '0', '198000'],
  )
  assert.deepEqual([result.settlement.slopeBeyond.toString(), result.holds], ['-0.00065', true])
  // bought back 1 % higher after the call has paid: 19,073 + 90,000 - 199,980 + 99,000 - delivery 29.7 - closing 99.99
  const { worst, belowFloor } = result.gap
  assert.deepEqual([worst.index, worst.equity, belowFloor].map(String), ['198000', '7963.31', '1980.99'])
})

test('[PE-05] the record comes back from its text as it was, and computes again to the same digest', () => {
  const certificate = given(covered().certificate)
  const read = coverageCertificate.parse(JSON.parse(JSON.stringify(certificate)))
  assert.deepEqual(JSON.stringify(read), JSON.stringify(certificate))
  const again = certify(read.inputs)
  assert.equal(certificateDigest(read.inputs, again), certificate.digest)
})

test('[P-12] what has ended is forgotten after so many; a failed purchase leaves nothing', () => {
  const { at } = covered()
  const state = at.stateOf('ledger/certificate') as CertificateState
  assert.deepEqual([state.quoted.size, state.issued.size], [1, 1])
  at.wire('coverages', { ...COVER, state: 'expired', filled: '1', activatedAt: at.at })
  assert.deepEqual([state.quoted.size, state.issued.size, state.ended.size], [0, 1, 1])
  at.wire('coverages', { ...COVER, coverageId: 'cover-2' })
  at.wire('coverages', { ...COVER, coverageId: 'cover-2', state: 'failed' })
  assert.deepEqual([state.quoted.size, state.issued.size], [0, 1])
})

function minute(at: Harness): readonly CoverageCertificate[] {
  return only(at.feed('clock_tick', { name: 'minute', dueAt: at.at }), 'coverage_certificates')
}
function withdraw(at: Harness, amount: string): void {
  const body = {
    venue: 'test',
    account: DEMO,
    transferId: `w${amount}`,
    currency: 'USDC',
    amount: `-${amount}`,
    reason: 'withdrawal',
    venueAt: at.at,
  }
  at.wire('venue_transfers', body)
}

test('[P-12] money taken out afterwards is named; too much of it and the account no longer lives to see its cover pay', () => {
  const { at } = covered()
  assert.deepEqual(minute(at), [])
  withdraw(at, '5000')
  const some = given(minute(at)[0])
  assert.equal(some.issuedFor, 'account_changed')
  assert.deepEqual(excludedOf(some), [['transfers', '-5000']])
  assert.deepEqual([some.result.settlement.unexplained.toString(), some.result.holds], ['0', true])
  assert.deepEqual(minute(at), [])
  withdraw(at, '4500')
  const [more] = minute(at)
  // 9,573 less 9,000 to the strike leaves 573; 810 are needed there
  assert.deepEqual([more?.result.settlement.holds, more?.result.path.survives, more?.result.holds], [true, false, false])
})

test('[P-12] a position enlarged or closed afterwards: what moves with the index is what is left of it', () => {
  const { at } = covered()
  fill(at, { side: 'buy', quantity: '1', price: '88000', orderId: 'p1' })
  const [larger] = minute(at)
  assert.deepEqual([larger?.inputs.moving, larger?.result.uncovered, larger?.inputs.since.trading].map(String), ['1', '1', '2000'])
  assert.deepEqual([larger?.result.settlement.unexplained.toString(), larger?.result.holds], ['0', false])
  fill(at, { side: 'sell', quantity: '2', price: '85000', fee: '85', orderId: 'p1' })
  const [closed] = minute(at)
  assert.deepEqual([closed?.inputs.moving, closed?.inputs.since.trading, closed?.result.settlement.unexplained].map(String), [
    '0',
    '-8085',
    '0',
  ])
  // 20,000 - 927 - 8,000 - 85, whatever the index does; the put can only pay
  assert.deepEqual([closed?.result.settlement.worst.equity.toString(), closed?.result.holds], ['10988', true])
})

test('[P-12] a later cover costs the earlier one its premium, by name', () => {
  const { at } = covered()
  approve(at, 'c2', 'hedge', 'BTC-13FEB26-81000-P' as never)
  const second = {
    instrument: 'BTC-13FEB26-81000-P' as never,
    side: 'buy',
    quantity: '1',
    price: '0.02',
    index: '90000',
    orderId: 'c2',
  } as const
  fill(at, { ...second, fee: '0.0003', feeCurrency: 'BTC' })
  withdraw(at, '1')
  const certificate = given(minute(at)[0])
  assert.deepEqual(excludedOf(certificate), [
    ['transfers', '-1'],
    ['otherCovers', '-1827'],
  ])
  assert.deepEqual([certificate.result.settlement.unexplained.toString(), certificate.result.holds], ['0', true])
  assert.deepEqual(certificate.inputs.books.leftOut, ['BTC-13FEB26-81000-P'])
})

test('[P-12] a second cover in the same option is another one: its premium has its name, and nothing is unexplained', () => {
  const { at } = covered()
  approve(at, 'c2', 'hedge', PUT_81)
  const terms = { instrument: PUT_81, side: 'buy', quantity: '0.5', price: '0.012' } as const
  fill(at, { ...terms, index: '90000', fee: '0.00015', feeCurrency: 'BTC', orderId: 'c2' })
  const told = { ...terms, orderId: 'c2', intentId: 'cover-2-buy-1', account: DEMO, book: 'hedge', purpose: 'cover', state: 'filled' }
  const sums = { filled: '0.5', notional: '0.006', notionalUsdc: '540', fees: [{ currency: 'BTC', amount: '0.00015' }], feesUsdc: '13.5' }
  at.wire('trade_confirmations', { ...told, ...sums, coverageId: 'cover-2' })
  withdraw(at, '1')
  const certificate = given(minute(at)[0])
  assert.deepEqual(excludedOf(certificate), [
    ['transfers', '-1'],
    ['otherCovers', '-553.5'],
  ])
  assert.deepEqual([certificate.result.settlement.unexplained.toString(), certificate.result.settlement.holds], ['0', true])
  const state = at.stateOf('ledger/certificate') as CertificateState
  at.wire('coverages', { ...COVER, state: 'expired', filled: '1', activatedAt: at.at })
  assert.equal(state.accounts.get(DEMO)?.byCover.size, 0, 'no floor refers to it any more')
})

test('[P-12] a strike beyond the index: what the closed part of the position gives up of the sure gain is trading, not a broken floor', () => {
  const at = withPosition()
  const high = { strike: '95000', instrument: 'BTC-6FEB26-95000-P', floorPrice: '95000', exitCostMax: '61.75' }
  // 20,000 + 5,000 - 5,400 - 27 - 61.75
  const stated = { ...high, premium: '5400', floorEquity: '19511.25' }
  at.wire('coverages', { ...COVER, ...stated })
  approve(at, 'c1', 'hedge', high.instrument as never)
  const terms = { instrument: high.instrument as never, side: 'buy', quantity: '1', price: '0.06', index: '90000', orderId: 'c1' } as const
  fill(at, { ...terms, fee: '0.0003', feeCurrency: 'BTC' })
  assert.equal(given(activate(at, stated)).result.settlement.holds, true)
  fill(at, { side: 'sell', quantity: '0.4', price: '90000', orderId: 'p1' })
  const half = given(minute(at)[0])
  assert.deepEqual(excludedOf(half), [['trading', '-2000']])
  assert.deepEqual([half.result.settlement.unexplained.toString(), half.result.settlement.holds], ['0', true])
})

test('[P-13] [P-12] the old cover of a roll, sold in part, breaks no promise: its follower is certified, not what is left of it', () => {
  const { at } = covered()
  assert.equal(activate(at, { filled: '0.7', alarm: 'being_sold' }), undefined)
  withdraw(at, '1')
  assert.deepEqual(minute(at), [])
  assert.equal(activate(at, { filled: '0.7', alarm: 'hedge_missing' })?.result.holds, false, 'lost to others it does')
})
