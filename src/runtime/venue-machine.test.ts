/** The simulated venue as a machine: what it said it knows after any end, its market is one, its cadence may change. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { pricingBook } from '#sim/pricing/book.ts'
import type { PricingBook } from '#sim/pricing/book.ts'
import type { VenueConfigInput } from '#sim/venue/config.ts'
import type { VenueOutput } from '#sim/venue/state.ts'
import { sealKey } from '#store/seal-key.ts'
import { epochMs } from '#units/time.ts'
import { layerOf } from './config.ts'
import { resolveSimConfig } from './sim-preset.ts'
import { pricingBookConfig } from './sim-venue-config.ts'
import { OtherMarketError, VenueMachine } from './venue-machine.ts'

const START = 1_767_225_600_000
const MARKET = { seed: 3, scenario: 'calm', startAt: START, startPrice: 90_000, optionQuoteMs: 60_000, heldQuoteMs: 10_000 } as const
const CONFIG: VenueConfigInput = { venue: 'deribit-sim', accounts: [{ account: 'demo', usdc: '20000', leverage: 5 }], market: MARKET }

function machines(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'ballast-venue-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const journal = {
    folder: join(root, 'venue'),
    checkpointFolder: join(root, 'checkpoints'),
    key: sealKey(generateKeyPairSync('ed25519').privateKey),
  }
  const said: VenueOutput[] = []
  const onFailure = (detail: string): void => assert.fail(detail)
  const open = (config: VenueConfigInput = CONFIG, quoteEveryMs = 0, pricing?: PricingBook): Promise<VenueMachine> =>
    VenueMachine.open({ journal, config, quoteEveryMs, pricing, onOutput: (output) => void said.push(output), onFailure })
  return { said, open }
}
function advance(venue: VenueMachine, seconds: number): void {
  venue.take({ type: 'advance', at: epochMs(START + 1_000 * seconds) })
}
function pricesOf(said: readonly VenueOutput[]): string[] {
  return said.flatMap((output) => (output.topic === 'raw_index' ? [output.body.price.toString()] : []))
}

test('[F-P01] the market after a restart is the market without one', async (t) => {
  const whole = machines(t)
  const one = await whole.open()
  for (let second = 1; second <= 40; second++) advance(one, second)
  await one.close()
  const parted = machines(t)
  const first = await parted.open()
  for (let second = 1; second <= 20; second++) advance(first, second)
  await first.close()
  const second = await parted.open()
  assert.equal(second.at, START + 20_000, 'market time stands still while the venue is down')
  for (let at = 21; at <= 40; at++) advance(second, at)
  await second.close()
  assert.equal(pricesOf(whole.said).length, 40)
  assert.deepEqual(pricesOf(parted.said), pricesOf(whole.said))
})

test('index and perpetual are told once in the span asked for, the newest of it', async (t) => {
  const { said, open } = machines(t)
  const venue = await open(CONFIG, 15_000)
  for (let second = 1; second <= 60; second++) advance(venue, second)
  await venue.close()
  const stamps = said.flatMap((output) => (output.topic === 'raw_quotes' ? [(output.body.venueAt ?? 0) - START] : []))
  assert.deepEqual(stamps, [1_000, 16_000, 31_000, 46_000])
})

test('another cadence is taken on, and stands after the next restart', async (t) => {
  const { said, open } = machines(t)
  const chains = async (config: VenueConfigInput, from: number): Promise<number> => {
    said.length = 0
    const venue = await open(config)
    if (from === 0) advance(venue, 1)
    for (let at = from + 2; at <= from + 240; at += 2) advance(venue, at)
    await venue.close()
    const option = said.find(({ topic }) => topic === 'raw_option_quotes')?.key
    return said.filter(({ key }) => key === option).length
  }
  const fast = { ...CONFIG, market: { ...MARKET, optionQuoteMs: 20_000 } }
  assert.equal(await chains(CONFIG, 0), 5, 'the first, and one a minute')
  assert.equal(await chains(fast, 240), 12)
  assert.equal(await chains(fast, 480), 12)
})

test('another seed, another scenario or an account the venue does not have is refused', async (t) => {
  const { open } = machines(t)
  await (await open()).close()
  const others: readonly VenueConfigInput[] = [
    { ...CONFIG, market: { ...MARKET, seed: 4 } },
    { ...CONFIG, market: { ...MARKET, scenario: 'crash' } },
    { ...CONFIG, accounts: [{ account: 'another' }] },
  ]
  for (const config of others) await assert.rejects(open(config), OtherMarketError)
  await (await open()).close()
})

test('[P-10] the second venue speaks through the same door, and the first says what it says without it', async (t) => {
  const config = pricingBookConfig(resolveSimConfig([layerOf('test', [{ path: 'sim.speed', value: 60 }])]).host)
  assert.ok(config !== undefined)
  const heard = async (pricing?: PricingBook): Promise<readonly VenueOutput[]> => {
    const { said, open } = machines(t)
    const venue = await open(CONFIG, 24_000, pricing)
    for (let second = 3; second <= 1_800; second += 3) advance(venue, second)
    await venue.close()
    return said
  }
  const [alone, both] = [await heard(), await heard(pricingBook(config))]
  assert.deepEqual(
    both.filter(({ body }) => body.venue === 'deribit-sim').map(({ topic, key }) => `${topic} ${key}`),
    alone.map(({ topic, key }) => `${topic} ${key}`),
  )
  const second = both.filter(({ body }) => body.venue === 'bybit-sim')
  const chains = second.filter(({ topic }) => topic === 'raw_option_quotes').length
  const own = alone.filter(({ topic }) => topic === 'raw_option_quotes').length
  assert.ok(chains > 100 && chains < own, `${chains} of ${own}`)
  assert.ok(second.some(({ topic }) => topic === 'raw_index'))
})
