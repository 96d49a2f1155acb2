/** One cover, one name of its position and one fee, whoever tells of it: the list of covers, their marks, the audit trail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get, post } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { buyCover, openedLong } from './scene.fixture.ts'

async function told(host: Host): Promise<readonly unknown[]> {
  const [cover] = (await get(host.api, '/coverage/active')).json().coverages
  const [mark] = (await get(host.api, '/risk/mtm')).json().positions
  const { entries } = (await get(host.api, '/audit/logs')).json()
  const activated = entries.find(({ event }: { event: string }) => event === 'coverage_activated').payload
  host.pass(60_000)
  const minutely = (await get(host.api, '/audit/logs')).json().entries
  const marked = minutely.find(({ event }: { event: string }) => event === 'mtm_position').payload
  assert.equal(activated.feeUsdc, cover.feeUsdc)
  return [cover.positionIds, [mark.positionId], activated.positionIds, [marked.positionId]]
}

test('[P-12] [OP-01] the position of a cover has one name in every record: the client’s own where it stated one, else the ledger’s', async (t) => {
  const own = await openedLong(t)
  await buyCover(own)
  const ledger = ['BTC_USDC-PERPETUAL']
  assert.deepEqual(await told(own), [ledger, ledger, ledger, ledger])
  const host = await openedLong(t)
  const position = { id: 'demo-1', asset: 'BTC', side: 'long', entryPrice: 88_880, size: 1, leverage: 5 }
  assert.equal((await post(host.api, '/portfolio/ingest', { accountId: 'demo', positions: [position] })).json().status, 'ok')
  await buyCover(host)
  assert.deepEqual(await told(host), [['demo-1'], ['demo-1'], ['demo-1'], ['demo-1']])
})
