/** `explanation.cause` of an answer can be asked for (API-06): the seqs are those that refusals really carry, most of them of derived events. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainAnswer } from './contract.ts'
import { get, post, QUOTE } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { buyCover, coveredLong, openedLong } from './scene.fixture.ts'

interface Refused {
  readonly reason?: string
  readonly status: string
  readonly explanation: { readonly cause: number; readonly code: string }
}

/** The chain of an answer's cause, whose beginning is the call, with the decision that the answer was made from. */
async function walked({ api }: Host, answer: Refused, commandId?: string): Promise<readonly string[]> {
  const { cause, code } = answer.explanation
  const found = await get(api, `/explain/${cause}`)
  assert.equal(found.statusCode, 200, `${code}: cause ${cause}`)
  const { chain, complete } = explainAnswer.parse(found.json())
  assert.deepEqual([chain[0]?.seq, chain[0]?.link, complete], [cause, 'asked', true], code)
  assert.ok(
    chain.some(({ link, explanation, record }) => link === 'led_to' && (explanation?.code ?? codeIn(record)) === code),
    `${code}: the decision it led to`,
  )
  const origin = chain.find(({ topic }) => topic === 'commands')
  assert.ok(origin?.written === true)
  if (commandId !== undefined) assert.ok(JSON.stringify(origin.record).includes(commandId))
  return chain.map(({ topic }) => topic)
}
/** Under it the platform pays no part of a premium. */
const CONTROLS = {
  enable_premium_pass_through: true,
  pass_through_cap_by_tier: { Bronze: 1.5 },
  pass_through_cap_by_leverage: { '5': 2 },
  premium_floor_ratio: 0.9,
}
const codeIn = (record: unknown): unknown =>
  (record as { body?: { answer?: { explanation?: { code?: string } } } }).body?.answer?.explanation?.code

test('[API-06] the cause of every refusal answers, with what it led to and the way back to the call', async (t) => {
  const host = await openedLong(t, { settings: [{ path: 'protection/quotes.riskControls', value: CONTROLS }] })
  const asked: readonly (readonly [string, string, object])[] = [
    ['unknown_tier', '/put/quote', { ...QUOTE, tierName: 'Tin' }],
    ['no_strike', '/put/quote', { ...QUOTE, drawdownFloorPct: 0.01 }],
    ['premium_floor', '/put/quote', { ...QUOTE, fixedPriceUsdc: 100, allowPremiumPassThrough: true }],
    ['unknown_quote', '/audit/export', { quoteId: 'quote-77' }],
    ['unknown_quote', '/deribit/order', { instrument: 'BTC-6FEB26-80000-P', amount: 1, side: 'buy', intent: 'open', coverageId: 'none' }],
    ['buffer_within_band', '/loop/tick', { accountId: 'demo', drawdownLimitUsdc: '18500', target: 1, hysteresis: '5000' }],
  ]
  for (const [code, url, body] of asked) {
    const answer = (await post(host.api, url, body)).json() as Refused
    assert.equal(answer.explanation.code, code, JSON.stringify(answer))
    assert.equal((await walked(host, answer)).at(-1), 'commands', code)
  }
})

test('[API-06] a renewal that comes too early leads back to its call', async (t) => {
  const host = await coveredLong(t)
  const { coverages } = (await get(host.api, '/coverage/active')).json()
  const answer = (await post(host.api, '/put/auto-renew', { accountId: 'demo', coverageId: coverages[0].coverageId })).json()
  assert.equal(answer.status, 'too_early')
  await walked(host, answer)
})

test('[API-06] what is not durable, or not there, has no chain; it is never that of another step', async (t) => {
  const host = await openedLong(t)
  const { seq } = host.platform.engine
  for (const absent of [seq + 1, seq + 500]) assert.equal((await get(host.api, `/explain/${absent}`)).statusCode, 404, String(absent))
  await buyCover(host)
  const written = new Set(host.records.map((record) => record.seq))
  const derived = Array.from({ length: host.platform.engine.seq }, (_, i) => i + 1).filter((one) => !written.has(one))
  assert.ok(derived.length > 20)
  for (const one of derived) {
    const answer = (await get(host.api, `/explain/${one}`)).json()
    const input = answer.chain.find((step: { written: boolean; link: string }) => step.written && step.link === 'via')
    const nearest = host.records.findLast((record) => record.seq < one && record.kind === 'input')
    assert.equal(input?.seq, nearest?.seq, `seq ${one}`)
  }
})
