/** The protection page's questions over a running platform: the last quotes with their reasons, covers to their end, and the payoff from the certificate. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { failureSchema } from './contract.ts'
import { coversAnswer, payoffAnswer, quotesAnswer } from './contract-protection.ts'
import { get, post, PUT, QUOTE } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { buyCover, nextSend, openLong, running } from './scene.fixture.ts'

const TWO_ACCOUNTS = { accounts: ['demo', 'other'] }

/** A long of 1 BTC bought at its bound, 88,880, with its put at 80,000 for 0.0065 coin. */
async function covered(t: TestContext): Promise<{ readonly host: Host; readonly quoteId: string; readonly coverageId: string }> {
  const host = await running(t, TWO_ACCOUNTS)
  await openLong(host)
  const quoteId = await buyCover(host)
  const { covers } = coversAnswer.parse((await get(host.api, '/api/coverages')).json())
  return { host, quoteId, coverageId: covers[0]?.coverageId ?? '' }
}

test('[P-02] [API-06] GET /api/quotes: what was chosen, over what, lines that add up; a refusal with what flips it', async (t) => {
  const host = await running(t, TWO_ACCOUNTS)
  assert.deepEqual(quotesAnswer.parse((await get(host.api, '/api/quotes')).json()).quotes, [])
  const { quoteId, expiresAt, lines, feeUsdc } = (await post(host.api, '/put/quote', QUOTE)).json()
  const refused = (await post(host.api, '/put/quote', { ...QUOTE, positionSize: 50 })).json()
  const { quotes } = quotesAnswer.parse((await get(host.api, '/api/quotes?accountId=demo')).json())
  const [second, first] = quotes
  assert.ok(first !== undefined && second !== undefined && quotes.length === 2)
  assert.deepEqual([first.status, first.quoteId, first.goodUntilIso, first.chargedUsdc], ['ok', quoteId, expiresAt, feeUsdc])
  assert.deepEqual([first.selected?.instrument, first.lines], [PUT, lines])
  assert.deepEqual([first.legs.map(({ instrument, size }) => [instrument, size]), first.single, second.legs], [[[PUT, '1']], null, []])
  assert.ok(first.lines.length > 0)
  assert.equal(first.lines.reduce((sum, { usdc }) => sum + Number(usdc), 0).toFixed(6), Number(feeUsdc).toFixed(6))
  assert.ok((first.runnerUp?.lostBecause ?? '').length > 0, 'a loser says why')
  assert.deepEqual(
    [second.status, second.explanation?.code, second.explanation?.flip],
    ['no_quote', refused.reason, refused.explanation.flip],
  )
  assert.equal(host.platform.recordAt(first.seq ?? 0)?.text.includes('"topic":"put_quotes"'), true, 'its own record')
  assert.equal(first.atIso, '2026-01-29T00:00:00.000Z')
  assert.deepEqual(quotesAnswer.parse((await get(host.api, '/api/quotes?accountId=other')).json()).quotes, [])
  assert.equal(failureSchema.parse((await get(host.api, '/api/quotes?accountId=nobody')).json()).reason, 'unknown_account')
})

test('[P-02] the time a quote has left runs down in market time and ends at 0', async (t) => {
  const host = await running(t, TWO_ACCOUNTS)
  await post(host.api, '/put/quote', QUOTE)
  const msLeft = async () => quotesAnswer.parse((await get(host.api, '/api/quotes')).json()).quotes[0]?.msLeft ?? -1
  const before = await msLeft()
  host.pass(1_000)
  assert.equal(await msLeft(), before - 1_000)
  host.pass(before)
  assert.equal(await msLeft(), 0)
})

test('[P-11] [P-12] GET /api/coverages: a standing cover with its promise, certificate, worth and when it renews', async (t) => {
  const { host, quoteId, coverageId } = await covered(t)
  const { covers, total } = coversAnswer.parse((await get(host.api, '/api/coverages')).json())
  const [cover] = covers
  assert.ok(cover !== undefined && total === 1)
  assert.deepEqual([cover.state, cover.quoteId, cover.filled, cover.coverageRatio], ['active', quoteId, '1', '1'])
  assert.deepEqual(
    cover.legs,
    [
      {
        instrument: PUT,
        optionType: 'put',
        strike: '80000',
        size: '1',
        venue: 'deribit',
        expiryIso: '2026-02-06T08:00:00.000Z',
        premiumUsdc: '572',
        feeUsdc: '0',
        settlementIndex: null,
        payoutUsdc: null,
      },
    ],
    'its legs as a list',
  )
  assert.equal(cover.isCharged, true)
  assert.deepEqual([cover.premiumUsdc, cover.feeUsdc, cover.mtmUsdc], ['572', '0', '528'])
  const { digest, holds, floorEquityUsdc } = (await get(host.api, `/coverage/${coverageId}/certificate`)).json()
  assert.deepEqual([cover.certified?.digest, cover.certified?.holds, cover.floorEquity], [digest, holds, floorEquityUsdc])
  // 12 hours before 6 February 08:00
  assert.deepEqual([cover.renewal.policy, cover.renewal.opensAtIso], ['hold-limit', '2026-02-05T20:00:00.000Z'])
  assert.equal(cover.renewal.msUntilOpen, cover.msLeft - 12 * 3_600_000)
  const [quote] = quotesAnswer.parse((await get(host.api, '/api/quotes')).json()).quotes.filter((one) => one.quoteId === quoteId)
  assert.deepEqual([quote?.boughtAs, quote?.boughtState], [coverageId, 'active'])
  assert.deepEqual(coversAnswer.parse((await get(host.api, '/api/coverages?accountId=other')).json()).covers, [])
})

test('[P-12] GET /api/coverages/:id/payoff: exact at strike and ends, with the cover and as if it had not been bought', async (t) => {
  const { host, coverageId } = await covered(t)
  const answer = payoffAnswer.parse((await get(host.api, `/api/coverages/${coverageId}/payoff`)).json())
  const at = (index: string) => answer.points.find((point) => point.index === index)
  // cash 20,000 - 572, position 1 BTC from 88,880, closing fee 0.05 % of the index, no payout at the strike
  assert.deepEqual(at('80000'), { index: '80000', withCover: '10508', withoutCover: '11080' })
  // below: the put pays 80,000 - S, delivery 0.015 % of S, closing 0.05 %
  assert.deepEqual(at('52800'), { index: '52800', withCover: '10513.68', withoutCover: '-16106.4' })
  assert.deepEqual([answer.points[0]?.index, answer.points.at(-1)?.index], ['52800', '123200'], '0.6 and 1.4 of the index')
  const indices = answer.points.map(({ index }) => Number(index))
  assert.deepEqual(
    indices,
    indices.toSorted((a, b) => a - b),
  )
  for (const index of ['79200', '88000']) assert.ok(at(index) !== undefined, `${index}: floor price and index are told`)
  // without the cover margin 1 % is met at (20,000 - 88,880 + S) = 0.01 S
  assert.ok(Math.abs(Number(answer.liquidation.withoutCover) - 68_880 / 0.99) < 1e-6, `${answer.liquidation.withoutCover}`)
  assert.equal(answer.liquidation.withCover, null)
  assert.deepEqual([answer.strikes, answer.floorPrice, answer.index], [['80000'], '79200', '88000'])
})

test('[P-12] [F-S02] there is no payoff of another account’s cover, of none, and of one that was never active', async (t) => {
  const { host, coverageId } = await covered(t)
  for (const path of [`/api/coverages/${coverageId}/payoff?accountId=other`, '/api/coverages/cover-none/payoff']) {
    const response = await get(host.api, path)
    assert.deepEqual([response.statusCode, failureSchema.parse(response.json()).reason], [404, 'not_found'], path)
  }
  assert.equal((await get(host.api, '/api/coverages?limit=0')).statusCode, 400)
  assert.equal((await get(host.api, '/api/coverages?state=active')).statusCode, 400)
})

test('[P-11] a cover that failed is listed with its reason, has no payoff, and stands after those that are in force', async (t) => {
  const { host } = await covered(t)
  const { quoteId } = (await post(host.api, '/put/quote', { ...QUOTE, positionSize: 0.5 })).json()
  await post(host.api, '/audit/export', { quoteId }, { headers: { prefer: 'wait=0' } })
  await nextSend(host, 3)
  host.reject()
  const { covers } = coversAnswer.parse((await get(host.api, '/api/coverages')).json())
  assert.deepEqual(
    covers.map(({ state }) => state),
    ['active', 'failed'],
  )
  const [, failed] = covers
  assert.ok(failed?.explanation !== null && failed?.endedAtIso !== null)
  assert.deepEqual([failed?.certified, failed?.renewal.opensAtIso, failed?.isCharged], [null, null, false])
  assert.equal((await get(host.api, `/api/coverages/${failed?.coverageId}/payoff`)).statusCode, 404)
})
