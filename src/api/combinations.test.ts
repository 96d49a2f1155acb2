/** A cover of two options over HTTP: quoted as the contract says, activated with two orders, shown with both legs, in the audit as one cover. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activationAnswer, coveragesAnswer, quoteAnswer } from './contract.ts'
import { get, post, PUT, QUOTE, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

const PATIENT = { headers: { prefer: 'wait=20' } }
/** A turn of the process that also lets work of other threads come back. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1))
function sends({ effects }: Host): number {
  return effects.filter(({ topic, body }) => topic === 'order_sends' && 'action' in body && body.action === 'place').length
}
async function sent(host: Host, count: number): Promise<void> {
  for (let turn = 0; sends(host) < count; turn++) {
    assert.ok(turn < 10_000, `${count} orders were sent`)
    await settled()
  }
}

test('[P-02] [P-11] [API-01] a pair is quoted, bought with two orders and shown with its legs; the certificate holds', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  const quote = await post(host.api, '/put/quote', { ...QUOTE, combinations: 'allowed' }, PATIENT)
  const { combination, feeUsdc, quoteId } = quoteAnswer.parse(quote.json())
  assert.deepEqual(
    combination?.legs.map(({ instrument, size, premiumUsdc }) => [instrument, size, premiumUsdc]),
    [
      [PUT, '0.6', '343.2'],
      ['BTC-6FEB26-78000-P', '0.4', '158.4'],
    ],
  )
  assert.deepEqual([feeUsdc, combination?.instead?.savesUsdc], ['528', '70.4'])
  const quoted = host.views.decisions('demo', 20).find(({ kind }) => kind === 'quoted')
  assert.match(
    quoted?.text ?? '',
    /saw instrument 0\.6 BTC-6FEB26-80000-P \+ 0\.4 BTC-6FEB26-78000-P, limit BTC-6FEB26-80000-P: costs more/,
  )
  const waiting = post(host.api, '/audit/export', { quoteId }, PATIENT)
  await sent(host, 1)
  host.fill()
  await sent(host, 2)
  host.fill()
  const answer = activationAnswer.parse((await waiting).json())
  assert.deepEqual(
    answer.coverageLegs.map(({ instrument, size, strike }) => [instrument, size, strike]),
    [
      [PUT, '0.6', '80000'],
      ['BTC-6FEB26-78000-P', '0.4', '78000'],
    ],
  )
  const { coverages } = coveragesAnswer.parse((await get(host.api, '/coverage/active')).json())
  assert.deepEqual([coverages.length, coverages[0]?.coverageLegs.length, coverages[0]?.coverageRatio], [1, 2, '1'])
  const shown = (await get(host.api, '/api/overview?accountId=demo')).json().coverages[0]
  assert.equal(shown?.strike, '78000', 'the second put begins to pay there')
  const certified = await get(host.api, `/coverage/${answer.coverageId}/certificate`)
  assert.equal(certified.statusCode, 200)
  assert.match(certified.body, /"78000"/)
})

test('[API-01] combinations are allowed or none; anything else is malformed', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  const wrong = await post(host.api, '/put/quote', { ...QUOTE, combinations: 'yes' })
  assert.deepEqual([wrong.statusCode, wrong.json().reason], [400, 'invalid_payload'])
  assert.equal((await post(host.api, '/put/quote', { ...QUOTE, combinations: 'none' }, PATIENT)).json().combination, undefined)
})
