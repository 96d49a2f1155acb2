/** A start under another configuration takes the recorded decisions as facts: what clients named and bought is known as before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandGate } from '#engine/command-gate.ts'
import { Engine } from '#engine/engine.ts'
import { Replayer } from '#engine/replay.ts'
import { PIPELINE } from '#pipeline'
import { clientOrders } from '#stages/protection/client-orders.ts'
import { coverage } from '#stages/protection/coverage.ts'
import { post, PUT, QUOTE, startHost } from './host.fixture.ts'

const ORDER = {
  instrument: PUT,
  amount: 1,
  side: 'buy',
  type: 'market',
  intent: 'open',
  hedgeType: 'option',
  venue: 'deribit',
  coverageId: 'mine',
}

test('[API-02] [PE-05] after a fold the name of a cover is still that of its order: a repeat without a key buys no second one', async (t) => {
  const host = await startHost()
  t.after(() => host.api.close())
  host.market()
  const { quoteId } = (await post(host.api, '/put/quote', QUOTE)).json()
  await post(host.api, '/deribit/order', ORDER, { headers: { prefer: 'wait=0' } })
  for (let turn = 0; turn < 100 && !host.effects.some(({ topic }) => topic === 'order_sends'); turn++)
    await new Promise((resolve) => setImmediate(resolve))
  host.fill()
  const { engine, config } = host.platform
  const folded = new Engine({ pipeline: PIPELINE, config: config.components })
  const replayer = new Replayer({ engine: folded, mode: 'fold' })
  for (const record of host.records) replayer.feed(record)
  replayer.unwritten()
  const [before, after] = [engine.stateOf(clientOrders), folded.stateOf(clientOrders)]
  assert.deepEqual(
    [...before.named.values()].map(({ name, quoteId: of }) => [name, of]),
    [['mine', quoteId]],
  )
  assert.equal([...before.named.values()][0]?.coverageId, [...engine.stateOf(coverage).coverages.keys()][0])
  assert.deepEqual([after.named, after.quotes], [before.named, before.quotes])
  assert.deepEqual([...folded.stateOf(commandGate).byId.keys()], [...engine.stateOf(commandGate).byId.keys()])
})
