/**
 * The orders of a client's close, one after the other (API-02): what each of them sold, the next one, and the one answer of the command at the end. Sold
 * out it is `closed`, or `expired` where the venue delivered a part of it meanwhile. Where an order finds no buyer or is stopped, the cover
 * stands on with what it holds; sold in part, the answer says what was sold and what still stands. A cover that ended while its close
 * was under way (it was settled, or its hedge is gone) is not brought back.
 */
import type { Refusal } from '#base/result.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { CommandId } from '#domain/order.ts'
import type { Emission, EventOf } from '#engine/component.ts'
import { noQuantity, Quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import { legOf, legsOf, withFilled } from '#topics/coverage-legs.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Coverage, CoverLeg } from '#topics/protection.ts'
import { leftStanding, legSale, nextToClose, NOTHING_SOLD, plusSold } from './client-close.ts'
import { closed, closedAndDelivered, reopened, stubForced } from './client-close-records.ts'
import { because, blocked, endedAnswer, partlyClosedAnswer } from './client-order-answers.ts'
import type { AskedOrder, ClientOrdersConfig, ClientOrdersState } from './client-orders-state.ts'

type Out = Emission<'coverages' | 'protection_intents' | 'protection_decisions' | 'command_results'>
interface Close {
  readonly commandId: CommandId
  readonly asked: AskedOrder
}
interface Now {
  readonly seq: number
  readonly at: EpochMs
}

export function notFilled({ filled, quantity }: TradeConfirmation): Refusal {
  return { code: 'not_filled', field: 'filled', seen: filled.toString(), limit: quantity.toString() }
}

export function closeEnded(
  state: ClientOrdersState,
  event: EventOf<'trade_confirmations'>,
  close: Close,
  config: ClientOrdersConfig,
): readonly Out[] {
  const { seq, at, body } = event
  const { commandId, asked } = close
  if (!body.filled.isPositive()) return closeStopped(state, close, because(seq, notFilled(body)), { seq, at })
  const cover = asked.coverageId === undefined ? undefined : state.covers.get(asked.coverageId)
  const answer = endedAnswer(state, commandId, body, asked.sold)
  if (cover === undefined) return [answer]
  const left = lessSold(cover, body)
  const leg = nextToClose(left)
  if (leg !== undefined) return closeNext(state, event, { ...close, left, leg }, config)
  const isDelivered = legsOf(left).some(({ payout }) => payout !== undefined)
  return [...(isDelivered ? closedAndDelivered(left) : closed(cover, seq)), answer]
}

function lessSold(cover: Coverage, { instrument, filled }: TradeConfirmation): Coverage {
  const was = legOf(cover, instrument)?.filled ?? noQuantity<'BTC'>()
  const sold = new Quantity<'BTC'>(filled.units)
  return withFilled(cover, instrument, was.compare(sold) > 0 ? was.minus(sold) : noQuantity()) // its floor is restated where it ends so
}

interface Closing extends Close {
  readonly left: Coverage
  readonly leg: CoverLeg
}
/** One option of a combination is sold, or a part came late: the next order, or what is left stands on. */
function closeNext(
  state: ClientOrdersState,
  { seq, at, body }: EventOf<'trade_confirmations'>,
  { commandId, asked, left, leg }: Closing,
  config: ClientOrdersConfig,
): readonly Out[] {
  const { account, acceptStubBid = false } = asked
  const sold = plusSold(asked.sold, body)
  const sale = legSale({ state, config, account, commandId, at }, left, leg, { acceptStubBid, sold: sold.count })
  if (!sale.ok) return stopped(state, { commandId, asked: { ...asked, sold } }, left, because(seq, sale.refusal), at)
  const { intent, stub } = sale.value
  state.asked.set(commandId, { ...asked, intentId: intent.intentId, sold })
  return [
    ...(stub === undefined ? [] : [stubForced(left, because(seq, stub), intent)]),
    { topic: 'coverages', key: account, body: left },
    { topic: 'protection_intents', key: account, body: { ...intent } },
  ]
}

/** Not sold, refused by risk, or vetoed before it left. */
export function closeStopped(state: ClientOrdersState, close: Close, explanation: Explanation, { seq, at }: Now): readonly Out[] {
  const { asked } = close
  const cover = asked.coverageId === undefined ? undefined : state.covers.get(asked.coverageId)
  if (cover !== undefined) return stopped(state, close, cover, explanation, at)
  const why = because(seq, { code: 'cover_ended', field: 'coverageId', seen: asked.coverageId ?? '', limit: 'a cover that stands' })
  return [refusedOrPart(state, close, why, undefined)]
}

function stopped(state: ClientOrdersState, close: Close, cover: Coverage, explanation: Explanation, at: EpochMs): readonly Out[] {
  const { sold = NOTHING_SOLD } = close.asked
  const standing = leftStanding(cover, sold, explanation, at)
  return [...reopened(cover, standing, sold, explanation), refusedOrPart(state, close, explanation, standing)]
}

function refusedOrPart(
  state: ClientOrdersState,
  { commandId, asked }: Close,
  explanation: Explanation,
  standing: Coverage | undefined,
): Out {
  const { account, coverageId, sold } = asked
  if (sold === undefined) return blocked(commandId, account, explanation)
  return partlyClosedAnswer(state, commandId, { account, coverageId, standing, sold, explanation })
}
