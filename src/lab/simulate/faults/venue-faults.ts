/** Faults of the line to the venue, of its words, and of the market data it sends. Several strike at the next order that leaves. */
import type { Prng } from '#base/prng.ts'
import type { PricingSide } from '../world/pricing-side.ts'
import type { Message } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import type { Injector } from './injector.ts'

export const VENUE_FAULTS: readonly Injector[] = [
  {
    name: 'order accepted, reply lost',
    perSeed: 2,
    inject: ({ sightings, network, counts, clients, time }, prng) => {
      sightings.onOrder.push((order) => {
        for (const n of [1, 2]) time.after(n * (700 + prng.int(2_000)), () => clients.grow(order, prng.fork(`more ${n}`)))
        network.dropNext('orders', 2 + prng.int(2))
        network.dropNext('account', 1 + prng.int(2))
        counts.count('F-V01')
      })
    },
  },
  {
    name: 'a fill lost, the next one the other way heard',
    perSeed: 1.5,
    inject: ({ sightings, network, counts, clients, time }, prng) => {
      sightings.onOrder.push((order) => {
        network.dropNext('orders', 2)
        network.dropNext('account', 1)
        counts.count('F-V01')
        time.after(500 + prng.int(800), () => clients.reduce(order))
      })
    },
  },
  {
    name: 'order never arrives',
    perSeed: 1.2,
    inject: ({ sightings, network, counts }) => {
      sightings.onOrder.push(() => {
        network.dropNext('requests', 1)
        counts.count('F-V02')
      })
    },
  },
  {
    name: 'the socket goes as an order leaves',
    perSeed: 1,
    inject: (world, prng) => {
      world.sightings.onOrder.push(() => world.time.after(prng.int(200), () => world.cutLink(2_000 + prng.int(15_000))))
    },
  },
  { name: 'the socket goes and nothing is sent', perSeed: 0.4, inject: (world, prng) => world.cutLink(1_000 + prng.int(20_000)) },
  {
    id: 'F-V04',
    name: 'market data silent',
    perSeed: 0.7,
    inject: ({ network, time }, prng) => network.disconnect('market', time.now + 8_000 + prng.int(40_000)),
  },
  {
    name: 'acknowledgements held back',
    perSeed: 0.8,
    inject: ({ sightings, network }, prng) =>
      void sightings.onOrder.push(() => network.holdNext(prng.uniform() < 0.5 ? 'orders' : 'account', 500 + prng.int(2_500))),
  },
  {
    name: 'the books thin out between the two legs of a pair',
    perSeed: 2,
    inject: ({ sightings, venue, time }, prng) =>
      void sightings.onFirstLeg.push(() =>
        time.after(60 + prng.int(240), () => {
          venue.feed.depth = 0.01
          venue.showOptions()
          time.after(2_000 + prng.int(8_000), () => {
            venue.feed.depth = 1
          })
        }),
      ),
  },
  {
    id: 'F-V19',
    name: 'the last hundred messages again',
    perSeed: 0.8,
    inject: ({ network, time }, prng) => {
      for (const channel of ['orders', 'account', 'market'] as const) if (prng.uniform() < 0.7) network.replay(channel, time.now)
    },
  },
  {
    name: 'thin books',
    perSeed: 1,
    inject: ({ venue, time }, prng) => {
      venue.feed.depth = 0.05 + prng.uniform() * 0.2
      time.after(10_000 + prng.int(40_000), () => {
        venue.feed.depth = 1
      })
    },
  },
  {
    id: 'F-M01',
    name: 'numbers that are none',
    perSeed: 0.7,
    inject: (world, prng) => corruptFor(world, prng, ['NaN', null, undefined, 'Infinity', '1e309', '-0', '', ' 1', '1,000', {}]),
  },
  {
    id: 'F-M02',
    name: 'zero or negative prices and sizes',
    perSeed: 0.7,
    inject: (world, prng) => corruptFor(world, prng, ['0', '-1', '-80000', 0, -5, '0.0']),
  },
  {
    id: 'F-V20',
    name: 'venues disagree',
    perSeed: 1,
    inject: (world, prng) => {
      const isUp = prng.uniform() < 0.5
      saysFor(world, 15_000 + prng.int(30_000), { indexShift: isUp ? 1.06 : 0.94, optionShift: isUp ? 1.7 : 0.5 })
    },
  },
  {
    id: 'F-V21',
    name: 'an old price comes first',
    perSeed: 1,
    inject: (world, prng) => saysFor(world, 15_000 + prng.int(30_000), { staleMs: 15_000 + prng.int(120_000), optionShift: 0.6 }),
  },
  {
    name: 'funding left out',
    perSeed: 0.6,
    inject: (world) => {
      world.losesFunding = true
    },
  },
]

const NUMBERS: readonly string[] = [
  'price',
  'bid',
  'ask',
  'bidSize',
  'askSize',
  'mark',
  'markIv',
  'delta',
  'fundingRate8h',
  'underlyingPrice',
  'venueAt',
]

/** What the pricing venue says for a while. */
function saysFor({ pricing, time }: World, ms: number, what: Partial<Pick<PricingSide, 'indexShift' | 'optionShift' | 'staleMs'>>): void {
  Object.assign(pricing, what)
  time.after(ms, () => Object.assign(pricing, { indexShift: 1, optionShift: 1, staleMs: 0 }))
}

/** For some seconds one number of most market messages is replaced. */
function corruptFor(world: World, prng: Prng, values: readonly unknown[]): void {
  const draws = prng.fork('words')
  world.corrupt = (message: Message): Message => {
    if (message.kind !== 'word' || !message.topic.startsWith('raw_') || draws.uniform() < 0.3) return message
    const body = JSON.parse(message.text) as Record<string, unknown>
    const fields = NUMBERS.filter((field) => field in body)
    const field = fields[draws.int(fields.length)]
    if (field !== undefined) body[field] = values[draws.int(values.length)]
    return { ...message, text: withInfinity(body) }
  }
  world.time.after(6_000, () => {
    world.corrupt = undefined
  })
}

/** JSON can say 1e309, which reads as infinity; `JSON.stringify` cannot. */
function withInfinity(body: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(body).replaceAll('"Infinity"', '1e309').replaceAll('"-0"', '-0')
}
