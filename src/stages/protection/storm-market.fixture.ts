/** What may happen in the storm, its stages, and the two markets of cover-storm.fixture.ts: calm at an index of 88,000, and fallen to 81,000, where renewals find options a week later. */
import { z } from 'zod'
import { bench } from '#engine/harness.fixture.ts'
import type { Bench } from '#engine/harness.fixture.ts'
import { component } from '#engine/component.ts'
import type { Emission } from '#engine/component.ts'
import { DAY_MS } from '#units/time.ts'
import { clientOrders } from './client-orders.ts'
import { coverage } from './coverage.ts'
import { position } from './position.ts'
import { PUT_78, PUT_80, PUT_82 } from './protection.fixture.ts'
import { quotes } from './quotes.ts'

const NEXT_80 = 'BTC-13FEB26-80000-P'
const NEXT_78 = 'BTC-13FEB26-78000-P'
export const STRIKES: Readonly<Record<string, string>> = {
  [PUT_78]: '78000',
  [PUT_80]: '80000',
  [PUT_82]: '82000',
  [NEXT_80]: '80000',
  [NEXT_78]: '78000',
}
/** What an option is bid and asked in calm, by the phase of the story. */
export const CALM: Readonly<Record<string, readonly [string, string]>> = {
  [PUT_78]: ['0.0040', '0.0045'],
  [PUT_80]: ['0.0060', '0.0065'],
  [PUT_82]: ['0.0090', '0.0095'],
}
export const FALLEN: Readonly<Record<string, readonly [string, string]>> = {
  [PUT_78]: ['0.0150', '0.0155'],
  [PUT_80]: ['0.0230', '0.0235'],
  [PUT_82]: ['0.0330', '0.0335'],
  [NEXT_78]: ['0.0140', '0.0145'],
  [NEXT_80]: ['0.0195', '0.0200'],
}

const OLD = 30 * DAY_MS
/** `out`: what the venue tells with its next fill or settlement, in the same step. */
export function stormBench(out: Emission[], isPriced: boolean): Bench {
  const venue = component({
    name: 'test/venue',
    version: 1,
    consumes: ['venue_fills', 'venue_settlements'],
    produces: ['position_states', 'trade_confirmations', 'order_states'],
    config: z.strictObject({}).prefault({}),
    initial: () => ({}),
    step: (state) => ({ state, emit: out.splice(0) as Emission<'position_states' | 'trade_confirmations' | 'order_states'>[] }),
  })
  const riskControls = isPriced ? { riskControls: { premium_markup_pct_by_tier: { Bronze: 0.1 } } } : {}
  return bench([venue, quotes, coverage, clientOrders, position], {
    'protection/quotes': { quoteMaxAgeMs: OLD, indexMaxAgeMs: OLD, accountMaxAgeMs: OLD, ...riskControls },
    'protection/coverage': { quoteMaxAgeMs: OLD },
    'protection/client-orders': { optionMaxAgeMs: OLD, valueMaxAgeMs: OLD },
    'protection/position': { markMaxAgeMs: OLD },
  })
}

/** Each as often as its number says. */
const OFTEN = {
  protect: 1,
  pair: 1,
  bought: 0,
  pair_bought: 0,
  end: 5,
  part: 2,
  refuse: 1,
  late: 4,
  liquidate: 1,
  bids: 2,
  close: 3,
  minute: 2,
  window: 1,
  expiry: 1,
  settle: 1,
} as const
export type Act = keyof typeof OFTEN
export const ACTS: readonly Act[] = Object.entries(OFTEN).flatMap(([act, often]) => Array.from({ length: often }, () => act as Act))
export interface Step {
  readonly act: Act
  readonly pick: number
  readonly share: number
}
