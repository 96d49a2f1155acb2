/**
 * A seeded delay line between two machines in one process. Each channel (request, reply, a market stream) has its own generator, so that a
 * draw in one never moves the numbers of another. Messages keep their order unless `reorder` strikes (the message is held so that later
 * ones pass it); they may be dropped or doubled; while a channel is down what is sent or in flight is lost. Faults can also be ordered one
 * by one: `dropNext` (F-V01 on the reply channel, F-V02 on the request channel), `holdNext` (F-V18), `disconnect` (F-V03), `replay` of
 * the last messages as a venue does on resubscription (F-V19).
 * Units: epoch ms, rates are probabilities per message. Edges: messages due at the same instant come in the order
 * of sending; a doubled message comes once more after a delay of its own.
 */
import { assert } from '#base/assert.ts'
import { createPrng } from '#base/prng.ts'
import type { Prng } from '#base/prng.ts'

export interface ChannelTerms {
  readonly delayMinMs: number
  readonly delayMaxMs: number
  readonly drop: number
  readonly duplicate: number
  readonly reorder: number
  /** How much later a reordered message comes. */
  readonly holdMs: number
}
export const PERFECT_CHANNEL: ChannelTerms = { delayMinMs: 0, delayMaxMs: 0, drop: 0, duplicate: 0, reorder: 0, holdMs: 0 }

export interface Delivery<Message> {
  readonly channel: string
  readonly at: number
  readonly message: Message
}
interface InFlight<Message> {
  readonly at: number
  readonly order: number
  readonly message: Message
}
interface Channel<Message> {
  readonly name: string
  readonly terms: ChannelTerms
  readonly prng: Prng
  readonly recent: Message[]
  flying: InFlight<Message>[]
  lastAt: number
  downUntil: number
  drops: number
  holds: number[]
}
export interface Network<Message> {
  send(channel: string, at: number, message: Message): void
  /** Everything due up to an instant, in order of delivery. */
  receive(at: number): readonly Delivery<Message>[]
  /** When the next message is due, or undefined when nothing flies. */
  nextAt(): number | undefined
  dropNext(channel: string, count?: number): void
  holdNext(channel: string, ms: number): void
  /** Loses what flies and what is sent before `until`. */
  disconnect(channel: string, until: number): void
  isDown(channel: string, at: number): boolean
  /** Sends the last messages of a channel again, lost ones included. */
  replay(channel: string, at: number, count?: number): void
}

const RECENT_MAX = 100

export function createNetwork<Message>(seed: number | string, channels: Readonly<Record<string, Partial<ChannelTerms>>>): Network<Message> {
  const root = createPrng(seed)
  const lines = new Map(
    Object.entries(channels).map(([name, terms]) => [name, openChannel<Message>(name, { ...PERFECT_CHANNEL, ...terms }, root.fork(name))]),
  )
  let sent = 0
  const line = (name: string): Channel<Message> => {
    const channel = lines.get(name)
    assert(channel !== undefined, `the network has no channel ${name}`)
    return channel
  }
  return {
    send: (name, at, message) => {
      const channel = line(name)
      channel.recent.push(message)
      if (channel.recent.length > RECENT_MAX) channel.recent.shift()
      sent = launch(channel, at, message, sent)
    },
    receive: (at) => receiveAll([...lines.values()], at),
    nextAt: () => earliest([...lines.values()]),
    dropNext: (name, count = 1) => {
      line(name).drops += count
    },
    holdNext: (name, ms) => {
      line(name).holds.push(ms)
    },
    disconnect: (name, until) => {
      const channel = line(name)
      channel.downUntil = Math.max(channel.downUntil, until)
      channel.flying = []
    },
    isDown: (name, at) => at < line(name).downUntil,
    replay: (name, at, count = RECENT_MAX) => {
      for (const message of line(name).recent.slice(-count)) sent = launch(line(name), at, message, sent)
    },
  }
}

function openChannel<Message>(name: string, terms: ChannelTerms, prng: Prng): Channel<Message> {
  assert(
    terms.delayMinMs >= 0 && terms.delayMaxMs >= terms.delayMinMs && terms.holdMs >= 0,
    'delays are a span from low to high, not negative',
  )
  for (const rate of [terms.drop, terms.duplicate, terms.reorder]) assert(rate >= 0 && rate <= 1, 'a rate is a probability')
  return { name, terms, prng, recent: [], flying: [], lastAt: 0, downUntil: 0, drops: 0, holds: [] }
}

/** Every message draws the same numbers whatever happens to it, so that one ordered fault does not move the rest of the run. */
function launch<Message>(channel: Channel<Message>, at: number, message: Message, sent: number): number {
  const { terms, prng } = channel
  const [drop, duplicate, reorder, first, second] = [prng.uniform(), prng.uniform(), prng.uniform(), prng.uniform(), prng.uniform()]
  const delay = (draw: number): number => terms.delayMinMs + Math.floor(draw * (terms.delayMaxMs - terms.delayMinMs + 1))
  const held = channel.holds.shift()
  const isDropped = channel.drops > 0 || drop < terms.drop
  if (channel.drops > 0) channel.drops -= 1
  if (at < channel.downUntil || isDropped) return sent
  if (held !== undefined || reorder < terms.reorder) {
    channel.flying.push({ at: at + delay(first) + (held ?? terms.holdMs), order: sent, message })
  } else {
    channel.lastAt = Math.max(channel.lastAt, at + delay(first))
    channel.flying.push({ at: channel.lastAt, order: sent, message })
  }
  if (duplicate >= terms.duplicate) return sent + 1
  channel.flying.push({ at: Math.max(channel.lastAt, at + delay(first)) + delay(second), order: sent + 1, message })
  return sent + 2
}

function receiveAll<Message>(channels: readonly Channel<Message>[], at: number): readonly Delivery<Message>[] {
  const due: (InFlight<Message> & { readonly channel: string })[] = []
  for (const channel of channels) {
    for (const flight of channel.flying) if (flight.at <= at) due.push({ ...flight, channel: channel.name })
    channel.flying = channel.flying.filter((flight) => flight.at > at)
  }
  return due
    .sort((a, b) => a.at - b.at || a.order - b.order)
    .map(({ channel, at: deliveredAt, message }) => ({ channel, at: deliveredAt, message }))
}

function earliest<Message>(channels: readonly Channel<Message>[]): number | undefined {
  let first: number | undefined
  for (const { flying } of channels) for (const { at } of flying) if (first === undefined || at < first) first = at
  return first
}
