/** What the ledger proves and credits, asked for over the API of a running platform. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateDigest } from '#domain/certificate.ts'
import { coverageCertificate } from '#topics/proof.ts'
import { money } from '#units/money.ts'
import { price } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { failureSchema } from './contract.ts'
import { createApi } from './create-api.ts'
import { certificateAnswer, mtmAnswer, pnlAnswer, reportAnswer, snapshotAnswer } from './contract-proof.ts'
import { get, post, PUT, quoteMarket, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { coveredLong, openedLong, running } from './scene.fixture.ts'

test('[P-12] GET /risk/mtm: the seven fields of each cover, the credit, the worst ratio; nothing standing is an empty list', async (t) => {
  const host = await coveredLong(t)
  const before = mtmAnswer.parse((await get(host.api, '/risk/mtm?accountId=demo')).json())
  // 0.0060 bid x 88,000; cash 20,000 - 572 of premium (the venue of this test takes no fee); position bought half a dollar over the bid
  assert.equal(before.hedgeMtmUsdc, '528')
  const [position] = before.positions
  assert.ok(position)
  assert.deepEqual(
    [position.positionId, position.hedgeMtmUsdc, position.coverageRatio, position.coverageRatioWorst, position.creditUsdc, position.stale],
    ['BTC_USDC-PERPETUAL', '528', '1.000000', 1, '528', []],
  )
  assert.equal(before.positionPnlUsdc, position.positionPnlUsdc)
  assert.equal(before.mode, 'public')
  const empty = mtmAnswer.parse((await get((await running(t)).api, '/risk/mtm')).json())
  assert.deepEqual([empty.positions, empty.hedgeMtmUsdc], [[], '0'])
  assert.equal((await get(host.api, '/risk/mtm?accountId=other')).statusCode, 403)
  assert.equal((await get(host.api, '/risk/mtm?limit=3')).statusCode, 400)
})

test('[P-12] [OP-01] [F-A12] on the minute the audit has position, credit and demo credit; on frozen marks the position alone, flagged', async (t) => {
  const host = await coveredLong(t)
  const told = (): readonly (readonly [string, string | undefined])[] =>
    host.records.flatMap(({ text }) => {
      const event = /"topic":"audit_events".*"event":"(mtm_position|mtm_credit|demo_credit)"/.exec(text)?.[1]
      return event === undefined ? [] : [[event, /"creditUsdc":"([^"]+)"|"stale":/.exec(text)?.[0]] as const]
    })
  host.pass(59_000)
  quoteMarket(host.feed, host.platform.now())
  host.pass(1_000)
  assert.deepEqual(told(), [
    ['mtm_position', undefined],
    ['mtm_credit', '"creditUsdc":"528"'],
    ['demo_credit', '"creditUsdc":"528"'],
  ])
  host.pass(60_000) // nobody quotes any more
  assert.deepEqual(told().slice(3), [['mtm_position', '"stale":']])
})

test('[P-12] GET /coverage/:id/certificate is the record: inputs and result give its digest', async (t) => {
  const host = await coveredLong(t)
  const { coverages } = (await get(host.api, '/coverage/active')).json()
  const { coverageId, floorEquity } = coverages[0]
  const answer = certificateAnswer.parse((await get(host.api, `/coverage/${coverageId}/certificate`)).json())
  assert.deepEqual(
    [answer.holds, answer.floorEquityUsdc, answer.holdsUpToUsdc, answer.liquidationIndexUsdc],
    [true, floorEquity, null, null],
  )
  const { accountId, seq: _, ...rest } = answer
  const { inputs, result } = coverageCertificate.parse({ ...rest, account: accountId })
  assert.equal(certificateDigest(inputs, result), answer.digest)
  assert.ok(host.records.some(({ seq, text }) => seq === answer.seq && text.includes(answer.digest)))
  const chain = (await get(host.api, `/explain/${answer.seq}`)).json()
  assert.equal(chain.chain[0].topic, 'coverage_certificates')
  const missing = await get(host.api, '/coverage/cover-none/certificate')
  assert.deepEqual([missing.statusCode, failureSchema.parse(missing.json()).reason], [404, 'not_found'])
})

test('[API-01] GET /coverage/report: the latest cover of each position, covered or why not', async (t) => {
  const bare = await openedLong(t)
  const none = reportAnswer.parse((await get(bare.api, '/coverage/report?accountId=demo')).json())
  assert.deepEqual(
    none.positions.map(({ positionId, covered: is, reason, coverage }) => [positionId, is, reason, coverage]),
    [['BTC_USDC-PERPETUAL', false, 'no_coverage', null]],
  )
  const host = await coveredLong(t)
  const one = reportAnswer.parse((await get(host.api, '/coverage/report')).json())
  assert.deepEqual(
    one.positions.map(({ covered: is, reason, coverage }) => [is, reason, coverage?.state, coverage?.coverageLegs[0]?.strike]),
    [[true, undefined, 'active', '80000']],
  )
  // the holder states twice the size: the cover is there and too small
  const position = { id: 'p-7', asset: 'BTC', side: 'long', entryPrice: 88_000, size: 2, leverage: 5 }
  await post(host.api, '/portfolio/ingest', { accountId: 'demo', positions: [position] })
  const two = reportAnswer.parse((await get(host.api, '/coverage/report')).json())
  assert.deepEqual(
    two.positions.map(({ positionId, covered: is, coveredSize, reason }) => [positionId, is, coveredSize, reason]),
    [['p-7', false, '1', 'smaller_than_position']],
  )
  // as halves: the cover of one coin is two of them, not each
  const halves = ['a', 'b', 'c'].map((id) => ({ ...position, id, size: 0.5 }))
  await post(host.api, '/portfolio/ingest', { accountId: 'demo', positions: halves })
  const three = reportAnswer.parse((await get(host.api, '/coverage/report')).json())
  assert.deepEqual(
    three.positions.map(({ positionId, covered: is, coveredSize, reason }) => [positionId, is, coveredSize, reason]),
    [
      ['a', true, '0.5', undefined],
      ['b', true, '0.5', undefined],
      ['c', false, '0', 'smaller_than_position'],
    ],
  )
})

test('[T-08] GET /api/pnl adds up to the bridge; GET /api/portfolio/snapshot carries it', async (t) => {
  const host = await coveredLong(t)
  const pnl = pnlAnswer.parse((await get(host.api, '/api/pnl')).json())
  assert.deepEqual(
    [pnl.protection.premiumPaidUsdc, pnl.protection.standingCostUsdc, pnl.residualUsdc, pnl.bridge.residualUsdc],
    ['572', '572', '0', '0'],
  )
  assert.equal(pnl.protection.standingMtmUsdc, '550') // mark 0.00625 x 88,000
  assert.equal(pnl.protection.resultUsdc, '-22')
  const full = snapshotAnswer.parse((await get(host.api, '/api/portfolio/snapshot?view=full')).json())
  const margin = snapshotAnswer.parse((await get(host.api, '/api/portfolio/snapshot')).json())
  assert.equal(full.totalEquity, margin.totalEquity)
  assert.equal(margin.cash, '19428')
  assert.equal(full.bridge.changeUsdc, pnl.bridge.changeUsdc)
  assert.deepEqual(
    margin.positions.map(({ book, side }) => [book, side]),
    [
      ['client', 'long'],
      ['hedge', 'long'],
    ],
  )
  // the option cost 0.0065 of a coin and is worth 0.00625, at an index of 88,000; the perpetual knows no coin price
  assert.deepEqual(
    margin.positions.map(({ averageEntryUsdc, markPriceUsdc, markPriceCoin }) => [averageEntryUsdc, markPriceUsdc, markPriceCoin]),
    [
      ['88880', '88000', null],
      ['572', '550', '0.00625'],
    ],
  )
  const early = await startHost()
  t.after(() => early.api.close())
  assert.equal((await get(early.api, '/api/pnl')).statusCode, 503)
})

test('[T-08] [C-34] after a reset both are of the platform that runs, not of the one before', async (t) => {
  const [before, after] = [await running(t), await coveredLong(t)]
  let { views } = before
  // as the front of a resettable platform stands for whatever runs
  const front = new Proxy({} as typeof views, { get: (_target, name) => Reflect.get(views, name) as unknown })
  const api = (await createApi(before.platform, { views: front })) as unknown as Host['api']
  t.after(() => api.close())
  const cash = async () => (await get(api, '/api/portfolio/snapshot')).json().cash
  const paid = async () => (await get(api, '/api/pnl')).json().protection.premiumPaidUsdc
  assert.deepEqual([await cash(), await paid()], ['20000', '0'])
  views = after.views
  assert.deepEqual([await cash(), await paid()], ['19428', '572'])
})

test('[P-14] [F-A11] a payout told by the expiry event and again by reconcile is paid, recorded and shown once', async (t) => {
  const host = await coveredLong(t)
  host.pass(Date.parse('2026-02-06T08:00:00Z') - host.platform.now())
  const body = {
    venue: 'deribit',
    account: 'demo' as never,
    settlementId: 's-1',
    instrument: PUT as never,
    quantity: btc('1'),
    settlementIndex: price<'BTC', 'USDC'>('64000'),
    payout: money<'BTC'>('0.25'), // (80,000 - 64,000) / 64,000
    fee: money<'BTC'>('0.00015'),
    currency: 'BTC' as const,
    basis: 'venue' as const,
    venueAt: host.platform.now(),
  }
  const tell = (): void => host.feed({ topic: 'venue_settlements', key: 'demo', source: 'test', body })
  tell()
  tell()
  const count = (pattern: RegExp): number => host.records.filter(({ text }) => pattern.test(text)).length
  assert.deepEqual(
    [count(/"event":"option_payout"/), count(/"event":"coverage_expired"/), count(/"topic":"payout_checks"/), count(/"state":"agrees"/)],
    [1, 1, 1, 1],
  )
  const pnl = pnlAnswer.parse((await get(host.api, '/api/pnl')).json())
  // 16,000 paid out for 572; delivery 0.00015 x 64,000
  assert.deepEqual(
    [pnl.protection.payoutsUsdc, pnl.protection.realisedUsdc, pnl.protection.feesUsdc, pnl.residualUsdc],
    ['16000', '15428', '9.6', '0'],
  )
  const { positions } = reportAnswer.parse((await get(host.api, '/coverage/report')).json())
  assert.deepEqual(
    positions.map(({ covered: is, reason, coverage }) => [is, reason, coverage?.payoutUsdc]),
    [[false, 'coverage_ended', '16000']],
  )
})

test('[PE-05] what was proved and credited survives a snapshot: the state is the same, and the answers are', async (t) => {
  const host = await coveredLong(t)
  const { engine } = host.platform
  const [{ coverageId }] = (await get(host.api, '/coverage/active')).json().coverages
  const asked = async (): Promise<readonly string[]> => {
    const answers = [`/coverage/${coverageId}/certificate`, '/risk/mtm', '/api/pnl'].map((url) => get(host.api, url))
    return (await Promise.all(answers)).map(({ body }) => body)
  }
  const [text, answers] = [engine.stateText(), await asked()]
  engine.restore(engine.snapshot())
  assert.equal(engine.stateText(), text)
  assert.deepEqual(await asked(), answers)
})
