/**
 * Order ids: `<mode letter><epoch>-<counter in base 36>`, for example `s1xk2f9c0q-2r`. The epoch belongs to one start of the engine and is
 * greater than every one before it, so an id cannot come twice, not even after a restart; the mode is readable in every record and at
 * the venue. At most 36 characters of [0-9a-z-].
 */
import { assert } from '#base/assert.ts'
import type { OrderId } from './order.ts'

const MODE_LETTERS = { sim: 's', paper: 'p', live: 'l', backtest: 'b', replay: 'r' } as const
export type SessionMode = keyof typeof MODE_LETTERS

const FORM = /^[bprsl]([0-9a-z]{1,24})-([0-9a-z]{1,10})$/

export interface OrderIdParts {
  readonly mode: SessionMode
  readonly epoch: string
  readonly counter: number
}

export function orderIdOf({ mode, epoch, counter }: OrderIdParts): OrderId {
  const id = `${MODE_LETTERS[mode]}${epoch}-${counter.toString(36)}`
  assert(FORM.test(id), `an order id is mode, epoch and counter in at most 36 characters of [0-9a-z-], not ${id}`)
  return id as OrderId
}

/** The epoch of the session that approved the order; undefined for an id that is not ours. */
export function epochOfOrder(orderId: string): string | undefined {
  return FORM.exec(orderId)?.[1]
}

/** The counter within its epoch; undefined for an id that is not ours. */
export function counterOfOrder(orderId: string): number | undefined {
  const counter = FORM.exec(orderId)?.[2]
  return counter === undefined ? undefined : Number.parseInt(counter, 36)
}
