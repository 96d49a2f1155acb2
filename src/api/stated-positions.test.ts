/** What a client states beyond the books: its loss is in quote, summary and certificate alike, and is counted once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usdc } from '#units/money.ts'
import { certificateAnswer } from './contract-proof.ts'
import { coveragesAnswer, failureSchema, quoteAnswer, riskAnswer } from './contract.ts'
import { get, post, QUOTE } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { coveredLong, openedLong } from './scene.fixture.ts'

async function state({ api }: Host, entryPrice: number, size: number): Promise<void> {
  const positions = [{ id: 'p-1', asset: 'BTC', side: 'long', entryPrice, size, leverage: 5 }]
  assert.equal((await post(api, '/portfolio/ingest', { accountId: 'demo', positions })).json().status, 'ok')
}
async function summary({ api }: Host) {
  return riskAnswer.parse((await get(api, '/risk/summary?drawdownLimitUsdc=10000')).json())
}

test('[P-11] [P-12] [C-70] half a coin stated at 94,000 beyond the books has lost 3,000: the floor and the equity say so', async (t) => {
  const host = await openedLong(t)
  const quote = async (change: object = {}) => (await post(host.api, '/put/quote', { ...QUOTE, ...change })).json()
  const [plain, before] = [quoteAnswer.parse(await quote()), await summary(host)]
  await state(host, 94_000, 1.5)
  const [stated, after] = [quoteAnswer.parse(await quote()), await summary(host)]
  assert.deepEqual([plain.statedResultUsdc, stated.statedResultUsdc, stated.uncoveredSize], ['0', '-3000', '0.5'])
  assert.equal(usdc(plain.floorEquity).minus(usdc(stated.floorEquity)).toString(), '3000')
  assert.equal(usdc(before.equityUsdc).minus(usdc(after.equityUsdc)).toString(), '3000')
  assert.deepEqual(
    after.inputs.find(({ name }) => name === 'statedResultUsdc'),
    { name: 'statedResultUsdc', value: '-3000', source: 'ledger', ageMs: null },
  )
  assert.equal(
    (await get(host.api, '/risk/summary?drawdownLimitUsdc=1&positionPnlUsdc=0')).json().inputs.length,
    4,
    'the client says it itself',
  )
  await state(host, 150_000, 1)
  assert.equal(quoteAnswer.parse(await quote()).floorEquity, plain.floorEquity, 'a statement of what the books hold counts once')
  await state(host, 150_000, 1.5)
  assert.equal(failureSchema.parse(await quote()).reason, 'floor_not_positive')
  assert.ok(Number((await summary(host)).equityUsdc) < 0)
})

test('[P-11] [P-12] a position stated after the cover was bought is uncovered at once, and in the next certificate', async (t) => {
  const host = await coveredLong(t)
  await state(host, 94_000, 1.5)
  const [cover] = coveragesAnswer.parse((await get(host.api, '/coverage/active')).json()).coverages
  assert.ok(cover !== undefined)
  assert.deepEqual([cover.uncoveredSize, cover.floorExcludes.includes('uncovered_position')], ['0.5', true])
  host.pass(60_000)
  const { result, holds } = certificateAnswer.parse((await get(host.api, `/coverage/${cover.coverageId}/certificate`)).json())
  const { uncovered, settlement } = result as {
    uncovered: string
    settlement: { unexplained: string; excluded: { name: string; amount: string }[] }
  }
  assert.deepEqual([uncovered, settlement.unexplained, holds], ['0.5', '0', true])
  assert.deepEqual(
    settlement.excluded.find(({ name }) => name === 'stated'),
    { name: 'stated', amount: '-3000' },
  )
})
