/** A small pipeline over real topics for the engine's own tests: an index moves, a counter asks for quotes, an approver approves. */
import { z } from 'zod'
import { price } from '#units/price.ts'
import { epochMs } from '#units/time.ts'
import { component, SILENT } from './component.ts'
import type { Emission } from './component.ts'
import type { Input } from './engine.ts'

export const START = epochMs(1_767_225_600_000)

interface Tally {
  ticks: number
  readonly seen: string[]
}

/** Emits in an order that the ranks must turn round: an answer, an alarm, a fact. */
export const scrambler = component({
  name: 'toy/scrambler',
  version: 1,
  consumes: ['raw_index'],
  produces: ['command_results', 'safety_triggers', 'index_prices'],
  config: z.strictObject({ failAt: z.number().default(0), floodAt: z.number().default(0) }).prefault({}),
  initial: () => ({ ticks: 0 }),
  step: (state, { at, key, body, seq }, { failAt, floodAt }) => {
    // Mutates before it throws, so that only a rebuild can undo it.
    state.ticks++
    if (state.ticks === failAt) throw new Error('planted')
    const explanation = { gate: 'toy', code: 'toy', field: 'ticks', seen: state.ticks, limit: 0, cause: seq }
    const emit: Emission<'command_results' | 'safety_triggers' | 'index_prices'>[] = [
      { topic: 'command_results', key, body: { commandId: 'c1' as never, final: true, httpStatus: 200, answer: { ticks: state.ticks } } },
      {
        topic: 'index_prices',
        key,
        body: { venue: body.venue, asset: 'BTC', price: body.price, observedAt: at, maxAgeMs: 1_000 as never },
      },
      { topic: 'safety_triggers', key, body: { source: 'toy', action: 'clear', explanation } },
    ]
    if (state.ticks === floodAt) for (let i = 0; i < 10_001; i++) emit.push(emit[1] as Emission<'index_prices'>)
    return { state, emit }
  },
})

export const listener = component({
  name: 'toy/listener',
  version: 1,
  consumes: ['command_results', 'safety_triggers', 'index_prices', 'poisoned_inputs', 'clock_tick'],
  produces: ['timer_requests'],
  config: z.strictObject({}).prefault({}),
  initial: (): Tally => ({ ticks: 0, seen: [] }),
  step: (state, event) => {
    state.seen.push(event.topic === 'clock_tick' ? `tick:${event.body.name}` : event.topic)
    if (event.topic !== 'index_prices') return { state, emit: SILENT }
    state.ticks++
    return {
      state,
      emit: state.ticks === 1 ? [{ topic: 'timer_requests', key: 'toy', body: { name: 'wake', at: (event.at + 1_500) as never } }] : SILENT,
    }
  },
})

export function indexAt(offsetMs: number, text = '90000'): Input<'raw_index'> {
  const at = epochMs(START + offsetMs)
  return {
    at,
    topic: 'raw_index',
    key: 'BTC',
    source: 'test',
    cause: 0,
    body: { venue: 'toy', asset: 'BTC', price: price(text), venueAt: at },
  }
}
