/** The delay line: order, loss, doubling, reordering, and each fault that can be ordered one by one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNetwork } from './network.ts'
import type { ChannelTerms, Network } from './network.ts'

const words = (network: Network<string>, at: number): string =>
  network
    .receive(at)
    .map(({ channel, at: when, message }) => `${channel}:${message}@${when}`)
    .join(' ')
const line = (terms: Partial<ChannelTerms> = {}, seed = 1): Network<string> =>
  createNetwork<string>(seed, { request: terms, reply: { delayMinMs: 5, delayMaxMs: 5 } })
function sendAll(network: Network<string>, count: number): void {
  for (let i = 0; i < count; i += 1) network.send('request', i, `m${i}`)
}

test('messages arrive in order after their delay, and say when the next one is due', () => {
  const network = line({ delayMinMs: 10, delayMaxMs: 40 })
  sendAll(network, 50)
  assert.ok((network.nextAt() ?? 0) >= 10)
  const got = network.receive(1_000)
  assert.deepEqual(
    got.map(({ message }) => message),
    Array.from({ length: 50 }, (_, i) => `m${i}`),
  )
  got.forEach(({ at }, i) => assert.ok(at >= i + 10 && at <= 49 + 40))
  assert.equal(network.nextAt(), undefined)
})

test('[F-V02] the request is dropped; [F-V01] the reply is dropped: the other channel does not notice', () => {
  const network = line()
  network.dropNext('request')
  network.send('request', 0, 'place')
  network.send('request', 1, 'again')
  network.dropNext('reply')
  network.send('reply', 1, 'ack')
  network.send('reply', 2, 'fill')
  assert.equal(words(network, 10), 'request:again@1 reply:fill@7')
})

test('[F-V03] while a channel is down everything sent or in flight is lost', () => {
  const network = line({ delayMinMs: 10, delayMaxMs: 10 })
  network.send('request', 0, 'in flight')
  network.disconnect('request', 100)
  network.send('request', 99, 'while down')
  network.send('request', 100, 'after')
  assert.equal(network.isDown('request', 99), true)
  assert.equal(network.isDown('request', 100), false)
  assert.equal(words(network, 1_000), 'request:after@110')
})

test('[F-V18] a held message is passed by later ones', () => {
  const network = line()
  network.holdNext('reply', 20)
  network.send('reply', 0, 'ack')
  network.send('reply', 1, 'fill')
  assert.equal(words(network, 100), 'reply:fill@6 reply:ack@25')
})

test('[F-V19] the last hundred are sent again, lost ones included', () => {
  const network = line()
  network.dropNext('request')
  sendAll(network, 150)
  assert.equal(network.receive(1_000).length, 149)
  network.replay('request', 2_000)
  assert.deepEqual(
    network.receive(2_000).map(({ message }) => message),
    Array.from({ length: 100 }, (_, i) => `m${i + 50}`),
  )
})

test('rates: about so many are dropped, doubled, reordered, and one seed gives one story', () => {
  const story = (seed: number): string => {
    const network = line({ delayMinMs: 1, delayMaxMs: 3, drop: 0.1, duplicate: 0.1, reorder: 0.1, holdMs: 50 }, seed)
    sendAll(network, 2_000)
    return words(network, 10_000)
  }
  const got = story(3).split(' ')
  assert.equal(story(3), story(3))
  assert.notEqual(story(3), story(4))
  const distinct = new Set(got.map((word) => word.split('@')[0])).size
  assert.ok(distinct > 1_730 && distinct < 1_870, `${distinct} of 2,000 arrived`)
  assert.ok(got.length - distinct > 120 && got.length - distinct < 240, `${got.length - distinct} came twice`)
  const places = got.map((word) => Number(/m(\d+)/.exec(word)?.[1]))
  assert.ok(places.filter((place, i) => place < (places[i - 1] ?? 0)).length > 100)
})

test('an ordered fault moves nothing else in the run', () => {
  const run = (fault: boolean): readonly string[] => {
    const network = line({ delayMinMs: 1, delayMaxMs: 9, drop: 0.2, reorder: 0.2, holdMs: 5 })
    if (fault) network.dropNext('request')
    sendAll(network, 100)
    return network.receive(1_000).map(({ message }) => message)
  }
  const without = run(false)
  assert.deepEqual(
    run(true)
      .filter((message) => message !== 'm0')
      .sort(),
    without.filter((message) => message !== 'm0').sort(),
  )
})
