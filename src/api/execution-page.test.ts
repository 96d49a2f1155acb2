/** The execution page's question over a running platform: an order's life step by step, its cost against the price it met, and how the venue takes orders. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import { usdc } from '#units/money.ts'
import { failureSchema } from './contract.ts'
import { ordersAnswer } from './contract-execution.ts'
import { get } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { nextSend, running } from './scene.fixture.ts'

const TWO_ACCOUNTS = { accounts: ['demo', 'other'] }

function open(host: Host, size = '1') {
  const params = { side: 'long', size, leverage: 5 }
  return host.platform.desk.submit({ account: 'demo', route: 'test', key: undefined, type: 'open_position', params, waitMs: 0 })
}
function newest({ effects }: Host) {
  const sent = effects.findLast(({ topic }) => topic === 'order_sends')
  if (sent?.topic !== 'order_sends' || sent.body.order === undefined) throw new Error('no order was sent')
  return sent.body.order
}
/** The venue fills a part of the newest order, at this price. */
function fillPart(host: Host, tradeId: string, part: string, at: string): void {
  const { orderId, account, instrument, side } = newest(host)
  host.feed({
    topic: 'venue_fills',
    key: account,
    source: 'test',
    body: {
      venue: 'deribit',
      account,
      tradeId,
      orderId,
      instrument,
      side,
      price: price(at),
      quantity: quantity(part),
      fee: usdc('1'),
      feeCurrency: 'USDC',
      liquidity: 'taker',
      index: price('88000'),
      venueAt: host.platform.now(),
    },
  })
}
async function asked(host: Host, query = '') {
  return ordersAnswer.parse((await get(host.api, `/api/orders${query}`)).json())
}

test('[L-10] GET /api/orders: intent, gate, journal, send, word of the venue, fills, confirmation, each with its instant', async (t) => {
  const host = await running(t, TWO_ACCOUNTS)
  assert.deepEqual((await asked(host)).orders, [])
  await open(host)
  await nextSend(host, 1)
  host.pass(200)
  host.accept()
  host.pass(300)
  fillPart(host, 't1', '0.4', '88001')
  fillPart(host, 't2', '0.6', '88011')
  const { orders, summary } = await asked(host)
  const [order] = orders
  assert.ok(order !== undefined && orders.length === 1)
  assert.deepEqual(
    order.steps.map(({ kind }) => kind),
    ['intent', 'approved', 'durable', 'sent', 'venue', 'fill', 'fill', 'confirmed'],
  )
  assert.deepEqual(
    order.steps.map(({ msSinceIntent }) => msSinceIntent),
    [0, 0, 0, 0, 200, 500, 500, 500],
  )
  const seqs = order.steps.map(({ seq }) => seq)
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
    'in the order of happening',
  )
  assert.deepEqual([order.state, order.filled, order.averagePrice, order.purpose], ['filled', '1', '88007', 'open_position'])
  assert.deepEqual(order.orderId, newest(host).orderId)
  // approved at an ask of 88,000.5 and a mid of 88,000
  assert.deepEqual(order.arrival, { bid: '87999.5', ask: '88000.5', mark: '88000', ageMs: 0 })
  assert.deepEqual([order.slippageBps, order.slippageOfMidBps], [(6.5e4 / 88_000.5).toFixed(4), (7e4 / 88_000).toFixed(4)])
  assert.deepEqual(
    order.fills.map(({ tradeId, quantity: size, fee }) => [tradeId, size, fee]),
    [
      ['t1', '0.4', '1'],
      ['t2', '0.6', '1'],
    ],
  )
  assert.deepEqual([summary.sent, summary.accepted, summary.rejected, summary.acceptance], [1, 1, 0, '1'])
  assert.deepEqual(summary.slippage, [{ kind: 'perpetual', orders: 1, meanBps: order.slippageBps, worstBps: order.slippageBps }])
  for (const { seq, kind } of order.steps) {
    if (kind === 'durable') continue
    assert.equal((await get(host.api, `/explain/${seq}`)).statusCode, 200, `${kind} can be walked back`)
  }
})

test('[L-10] a rejected order counts against acceptance, one that was never answered counts nowhere', async (t) => {
  const host = await running(t, TWO_ACCOUNTS)
  await open(host, '0.3')
  await nextSend(host, 1)
  host.fill()
  await open(host, '0.2')
  await nextSend(host, 2)
  host.reject()
  const { orders, summary } = await asked(host)
  assert.deepEqual(
    orders.map(({ state }) => state),
    ['rejected', 'filled'],
    'newest first',
  )
  assert.deepEqual([summary.accepted, summary.rejected, summary.acceptance, summary.filled], [1, 1, '0.5', 1])
  assert.deepEqual([orders[0]?.averagePrice, orders[0]?.slippageBps], [null, null], 'nothing bought, nothing to compare')
  await open(host, '0.1')
  await nextSend(host, 3)
  assert.deepEqual([(await asked(host)).summary.acceptance, (await asked(host)).summary.sent], ['0.5', 3])
})

test('[L-10] [API-06] an order that risk refused ends at its gate, with the whole explanation; nothing was sent', async (t) => {
  const host = await running(t, TWO_ACCOUNTS)
  const halt = { account: 'demo', route: 'test', key: undefined, type: 'halt', params: { reason: 'test' }, waitMs: 0 }
  await host.platform.desk.submit(halt)
  await open(host)
  const { orders, summary } = await asked(host)
  const [order] = orders
  assert.deepEqual([order?.state, order?.orderId, order?.steps.map(({ kind }) => kind)], ['refused', null, ['intent', 'refused']])
  assert.equal(order?.steps[1]?.explanation?.code, order?.steps[1]?.detail.replaceAll(' ', '_'))
  assert.deepEqual([summary.refused, summary.sent, summary.acceptance], [1, 0, null])
})

test('[L-10] [F-S02] orders are those of the account asked for; a limit cuts the list and not the sums', async (t) => {
  const host = await running(t, TWO_ACCOUNTS)
  for (const n of [1, 2, 3]) {
    await open(host, '0.1')
    await nextSend(host, n)
    host.fill()
  }
  const first = await asked(host, '?limit=1')
  assert.deepEqual([first.orders.length, first.total, first.summary.filled], [1, 3, 3])
  assert.deepEqual((await asked(host, '?accountId=other')).total, 0)
  assert.equal(failureSchema.parse((await get(host.api, '/api/orders?accountId=nobody')).json()).reason, 'unknown_account')
  assert.equal((await get(host.api, '/api/orders?limit=201')).statusCode, 400)
})
