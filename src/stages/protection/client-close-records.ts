/** What a close writes beside its order (API-02): the cover as it ends or stands on, that a stub was taken, that the drawdown rule forbids it. */
import type { Refusal } from '#base/result.ts'
import { closeBlockedPayload } from '#domain/close-rules.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { OrderIntent } from '#domain/order.ts'
import type { Emission } from '#engine/component.ts'
import { coverName, legsOf } from '#topics/coverage-legs.ts'
import { sum } from '#units/money.ts'
import type { Coverage } from '#topics/protection.ts'
import { because, blocked } from './client-order-answers.ts'
import type { OrderWish } from './client-order-request.ts'
import type { OrderInputs } from './client-order-rules.ts'
import type { SoldSoFar } from './client-orders-state.ts'

type Out = Emission<'coverages' | 'protection_decisions' | 'command_results'>

/** That the client took a bid that is no price is a record of its own as well. */
export function stubForced({ account, coverageId }: Coverage, explanation: Explanation, { instrument, limitPrice }: OrderIntent): Out {
  const detail = { instrument, limitCoin: limitPrice.toString(), acceptStubBid: 'true' }
  return { topic: 'protection_decisions', key: account, body: { account, kind: 'stub_bid_forced', coverageId, explanation, detail } }
}

/** Why a client may not give its cover up is a record of its own. */
export function closeRefused({ account, commandId }: OrderInputs, wish: OrderWish, refusal: Refusal, seq: number): readonly Out[] {
  const explanation = because(seq, refusal)
  const answer = blocked(commandId, account, explanation)
  if (refusal.code !== 'drawdown_buffer_positive') return [answer]
  const about = { accountId: account, coverageId: wish.coverageId ?? null, instrument: wish.instrument.id }
  const said = Object.entries(closeBlockedPayload(about, refusal)).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)]],
  )
  const body = { account, kind: 'close_blocked', explanation, detail: Object.fromEntries(said) as Record<string, string> } as const
  return [{ topic: 'protection_decisions', key: account, body }, answer]
}

/** The venue delivered a part of it before the rest was sold: it has expired with what was paid out. */
export function closedAndDelivered(cover: Coverage): readonly Out[] {
  const payouts = legsOf(cover).flatMap(({ payout }) => (payout === undefined ? [] : [payout]))
  const index = legsOf(cover).find(({ settlementIndex }) => settlementIndex !== undefined)?.settlementIndex
  const body: Coverage = { ...cover, state: 'expired', payout: sum(payouts), ...(index === undefined ? {} : { settlementIndex: index }) }
  return [{ topic: 'coverages', key: cover.account, body }]
}

/** The client gave it up: no alarm, but the record says that the position stands bare from here on. */
export function closed(cover: Coverage, seq: number): readonly Out[] {
  const { account, coverageId } = cover
  const instrument = coverName(cover)
  const explanation = because(seq, { code: 'closed_by_client', field: 'coverageId', seen: coverageId, limit: 'a cover that stands' })
  return [
    { topic: 'coverages', key: account, body: { ...cover, state: 'closed', alarm: undefined, explanation } },
    {
      topic: 'protection_decisions',
      key: account,
      body: { account, kind: 'unprotected', coverageId, explanation, detail: { instrument } },
    },
  ]
}

/** What stands on, and where a part of it is gone, a record that says how much. */
export function reopened(cover: Coverage, standing: Coverage, sold: SoldSoFar, explanation: Explanation): readonly Out[] {
  const { account, coverageId } = cover
  const stands: Out = { topic: 'coverages', key: account, body: standing }
  if (sold.count === 0) return [stands]
  const detail = {
    instrument: standing.instrument,
    covered: standing.filled.toString(),
    wanted: cover.size.toString(),
    proceedsUsdc: sold.proceeds.toString(),
    feeUsdc: sold.fee.toString(),
  }
  return [
    stands,
    { topic: 'protection_decisions', key: account, body: { account, kind: 'partly_covered', coverageId, explanation, detail } },
  ]
}
