/** The only place where an intent becomes an approved order. Called by the order gate once every rule of `limits.ts` has passed. */
import type { Approved, ApprovedOrder, OrderId, OrderIntent } from '#domain/order.ts'

export function approveOrder(intent: OrderIntent, orderId: OrderId): Approved<ApprovedOrder> {
  return { ...intent, orderId } as unknown as Approved<ApprovedOrder>
}
