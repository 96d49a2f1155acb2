/**
 * Order ids: `<mode letter><epoch>-<counter in base 36>`, for example `s1xk2f9c0q-2r`. The epoch belongs to one start of the engine and is
 * greater than every one before it, so an id cannot come twice, not even after a restart; the mode is readable in every record and at
 * the venue. At most 36 characters of [0-9a-z-].
 */
import { assert } from '#base/assert.ts'
import type { OrderId } from './order.ts'

const MODE_LETTERS = { sim: 's', paper: 'p', live: 'l', backtest: 'b', replay: 'r' } as const
export type SessionMode = keyof typeof MODE_LETTERS

const EPOCH_MAX = 24
const COUNTER_MAX = 10
const LETTERS: ReadonlySet<string> = new Set(Object.values(MODE_LETTERS))

export interface OrderIdParts {
  readonly mode: SessionMode
  readonly epoch: string
  readonly counter: number
}

export function orderIdOf({ mode, epoch, counter }: OrderIdParts): OrderId {
  const id = `${MODE_LETTERS[mode]}${epoch}-${counter.toString(36)}`
  assert(dashOf(id) > 0, `an order id is mode, epoch and counter in at most 36 characters of [0-9a-z-], not ${id}`)
  return id as OrderId
}

/** The epoch of the session that approved the order; undefined for an id that is not ours. */
export function epochOfOrder(orderId: string): string | undefined {
  const dash = dashOf(orderId)
  return dash < 0 ? undefined : orderId.slice(1, dash)
}

/** The counter within its epoch; undefined for an id that is not ours. */
export function counterOfOrder(orderId: string): number | undefined {
  const dash = dashOf(orderId)
  return dash < 0 ? undefined : Number.parseInt(orderId.slice(dash + 1), 36)
}

/** Where the epoch of an id of this form ends; -1 for any other text. Several times per order, so it is read and not matched. */
function dashOf(id: string): number {
  const dash = id.indexOf('-')
  const epoch = dash - 1
  const counter = id.length - dash - 1
  if (!(epoch >= 1 && epoch <= EPOCH_MAX && counter >= 1 && counter <= COUNTER_MAX) || !LETTERS.has(id.charAt(0))) return -1
  for (let i = 1; i < id.length; i++) if (i !== dash && !isAlphanumeric(id.charCodeAt(i))) return -1
  return dash
}

/** 0-9 and a-z. */
function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 122)
}
