/**
 * Scenes that many tests of the API begin with, on the host of `host.fixture.ts`: a market, a long of one coin, its put. What they order goes by the
 * platform's own desk and routes; the venue fills at the order's bound. Orders are counted from the host's start.
 */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { post, QUOTE, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'

type Options = Parameters<typeof startHost>[0]

/** An order that never comes must fail the test, not hang it; one that waits for a busy disk must not. */
const WAIT_MAX_MS = 30_000

export async function running(t: TestContext, options: Options = {}): Promise<Host> {
  const host = await startHost(options)
  t.after(() => host.api.close())
  host.market()
  return host
}

/** Until `count` orders have left; cancels count as well. */
export async function nextSend({ effects }: Host, count: number): Promise<void> {
  const end = performance.now() + WAIT_MAX_MS
  while (effects.filter(({ topic }) => topic === 'order_sends').length < count) {
    assert.ok(performance.now() < end, `${count} orders were sent`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** 1 BTC long of demo's 20,000 USDC, the first order, filled at its bound of 88,880. */
export async function openLong(host: Host): Promise<void> {
  const params = { side: 'long', size: '1', leverage: 5 }
  await host.platform.desk.submit({ account: 'demo', route: 'test', key: undefined, type: 'open_position', params, waitMs: 0 })
  await nextSend(host, 1)
  host.fill()
}

/** The put of 80,000 as the second order, bought at 0.0065 coin, bid 0.0060, mark 0.00625; the quote it came from. */
export async function buyCover(host: Host): Promise<string> {
  const { quoteId } = (await post(host.api, '/put/quote', QUOTE)).json()
  await post(host.api, '/audit/export', { quoteId }, { headers: { prefer: 'wait=0' } })
  await nextSend(host, 2)
  host.fill()
  return quoteId
}

export async function openedLong(t: TestContext, options: Options = {}): Promise<Host> {
  const host = await running(t, options)
  await openLong(host)
  return host
}

export async function coveredLong(t: TestContext, options: Options = {}): Promise<Host> {
  const host = await openedLong(t, options)
  await buyCover(host)
  return host
}
