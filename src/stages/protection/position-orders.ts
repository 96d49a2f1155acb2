/**
 * Orders of the protected position: what the commands ask for, checked, and the marketable IOC limit it becomes. The bound lies
 * `slippageMax` from the mark on the side that costs, rounded to the tick inside that bound; the mark's own age ends the order's life.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { formatUnits, ONE, roundUnits } from '#units/exact.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { RATIO_ONE, ratioFromFloat } from '#units/ratio.ts'
import type { DurationMs, EpochMs } from '#units/time.ts'
import { instrumentOf, LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import { opposite } from '#domain/instrument.ts'
import type { Side } from '#domain/instrument.ts'
import { Observed } from '#domain/observed.ts'
import type { AccountId, CommandId, CoverageId, IntentId, OrderIntent } from '#domain/order.ts'
import type { Mark } from '#topics/market.ts'
import type { TradeConfirmation } from '#topics/orders.ts'
import type { Json } from '#topics/schema.ts'
import { parseDecimal, parseFields, parseOneOf, parseOptionalDecimal } from './terms-fields.ts'

interface Common {
  readonly at: EpochMs
  readonly mark: Mark | undefined
  readonly config: { readonly slippageMax: number; readonly markMaxAgeMs: number; readonly leverageMax: number; readonly venue: string }
}
interface Commanded extends Common {
  readonly command: { readonly commandId: CommandId; readonly account: AccountId; readonly params: Json }
  readonly held: Quantity<'BTC'> | undefined
}
/** A close that protection itself demands. */
interface Protective extends Common {
  readonly held: Quantity<'BTC'>
  readonly protection: {
    readonly account: AccountId
    readonly id: IntentId
    readonly size: Quantity<'BTC'>
    readonly coverageId: CoverageId
    readonly seq: number
  }
}
type Wish = Pick<
  OrderIntent,
  'intentId' | 'account' | 'purpose' | 'side' | 'quantity' | 'reduceOnly' | 'leverage' | 'commandId' | 'coverageId'
>

const OPEN_FIELDS: ReadonlySet<string> = new Set(['side', 'size', 'leverage', 'instrument', 'accountId', 'idempotencyKey'])
const CLOSE_FIELDS: ReadonlySet<string> = new Set(['side', 'size', 'instrument', 'accountId', 'idempotencyKey'])

export function openOrder({ command, config, ...common }: Commanded): Result<OrderIntent> {
  const fields = parseFields(command.params, OPEN_FIELDS)
  if (!fields.ok) return fields
  const side = parseOneOf(fields.value, 'side', ['long', 'short'] as const)
  if (!side.ok) return side
  const known = checkInstrument(fields.value['instrument'])
  if (!known.ok) return known
  const size = admitSize(parseDecimal(fields.value, 'size'))
  if (!size.ok) return size
  const leverage = parseDecimal(fields.value, 'leverage')
  if (!leverage.ok) return leverage
  const times = Number(formatUnits(leverage.value))
  if (!(times >= 1)) return refuse('invalid_leverage', 'leverage', times, '>= 1', { field: 'leverage', to: 1 })
  if (!(times <= config.leverageMax))
    return refuse('invalid_leverage', 'leverage', times, `<= ${config.leverageMax}`, { field: 'leverage', to: config.leverageMax })
  const buys: Side = side.value === 'long' ? 'buy' : 'sell'
  const wish = {
    intentId: `${command.commandId}-open` as IntentId,
    account: command.account,
    purpose: 'open_position',
    side: buys,
    quantity: size.value,
    reduceOnly: false,
    leverage: times,
    commandId: command.commandId,
  } as const
  return marketable(wish, { ...common, config })
}

/** What is held, or the part asked for, reduce-only. */
export function closeOrder(inputs: Commanded | Protective): Result<OrderIntent> {
  const { held } = inputs
  if ('protection' in inputs) {
    const { account, id, size, coverageId } = inputs.protection
    const side: Side = inputs.held.isNegative() ? 'buy' : 'sell'
    return marketable({ intentId: id, account, purpose: 'close_position', side, quantity: size, reduceOnly: true, coverageId }, inputs)
  }
  const { command } = inputs
  const fields = parseFields(command.params ?? {}, CLOSE_FIELDS)
  if (!fields.ok) return fields
  const known = checkInstrument(fields.value['instrument'])
  if (!known.ok) return known
  if (held === undefined || held.isZero()) return refuse('no_position', 'position', '0', 'a position to close')
  const holds = held.isNegative() ? 'short' : 'long'
  if (fields.value['side'] !== undefined) {
    const side = parseOneOf(fields.value, 'side', ['long', 'short'] as const)
    if (!side.ok) return side
    if (side.value !== holds) return refuse('no_position', 'side', side.value, holds, { field: 'side', to: holds })
  }
  const asked = parseOptionalDecimal(fields.value, 'size')
  if (!asked.ok) return asked
  const size = asked.value === undefined ? ok(held.abs()) : admitSize(ok(asked.value))
  if (!size.ok) return size
  if (size.value.compare(held.abs()) > 0)
    return refuse('size_above_position', 'size', size.value.toString(), held.abs().toString(), { field: 'size', to: held.abs().toString() })
  const side = opposite(holds === 'long' ? 'buy' : 'sell')
  const wish = {
    intentId: `${command.commandId}-close` as IntentId,
    account: command.account,
    purpose: 'close_position',
    side,
    quantity: size.value,
    reduceOnly: true,
    commandId: command.commandId,
  } as const
  return marketable(wish, inputs)
}

function checkInstrument(name: unknown): Result<true> {
  if (name === undefined || name === LINEAR_PERPETUAL) return ok(true)
  return refuse('unsupported_instrument', 'instrument', name, LINEAR_PERPETUAL, { field: 'instrument', to: LINEAR_PERPETUAL })
}

function admitSize(units: Result<bigint>): Result<Quantity<'BTC'>> {
  if (!units.ok) return units
  const perpetual = instrumentOf(LINEAR_PERPETUAL)
  const [lot, min, max] = perpetual.ok
    ? [perpetual.value.lot.units, perpetual.value.sizeMin.units, perpetual.value.sizeMax.units]
    : [ONE, ONE, ONE]
  const flip = (to: bigint): { field: string; to: string } => ({ field: 'size', to: formatUnits(to) })
  if (!(units.value >= min)) return refuse('invalid_size', 'size', formatUnits(units.value), `>= ${formatUnits(min)}`, flip(min))
  if (units.value > max) return refuse('invalid_size', 'size', formatUnits(units.value), `<= ${formatUnits(max)}`, flip(max))
  if (units.value % lot !== 0n)
    return refuse(
      'invalid_size',
      'size',
      formatUnits(units.value),
      `a multiple of ${formatUnits(lot)}`,
      flip(roundUnits(units.value, lot, 'half-even')),
    )
  return ok(new Quantity<'BTC'>(units.value))
}

function marketable(wish: Wish, { at, mark, config }: Common): Result<OrderIntent> {
  if (mark === undefined) return refuse('no_mark', 'mark', undefined, 'a fresh mark')
  const fresh = new Observed(mark.mark, mark.observedAt, mark.maxAgeMs).read(at, config.markMaxAgeMs as DurationMs)
  if (!fresh.ok) return fresh
  const slippage = ratioFromFloat(config.slippageMax, 9)
  const bound =
    wish.side === 'buy' ? fresh.value.scaled(RATIO_ONE.plus(slippage), 'floor') : fresh.value.scaled(RATIO_ONE.minus(slippage), 'ceil')
  const perpetual = instrumentOf(LINEAR_PERPETUAL)
  const tick = new Price<'BTC', 'USDC'>(perpetual.ok ? perpetual.value.tick.units : 1n)
  return ok({
    ...wish,
    book: 'client',
    venue: config.venue,
    instrument: LINEAR_PERPETUAL,
    type: 'limit',
    timeInForce: 'IOC',
    limitPrice: new Price(bound.roundedTo(tick, wish.side === 'buy' ? 'floor' : 'ceil').units),
    postOnly: false,
    goodUntil: Math.floor(mark.observedAt + Math.min(mark.maxAgeMs, config.markMaxAgeMs)) as EpochMs,
  })
}

/** The final answer of an order that traded. */
export function confirmedJson({ orderId, state, filled, quantity, notional, fees }: TradeConfirmation): Json {
  const average = filled.isZero() ? null : formatUnits((notional.units * ONE) / filled.units)
  return {
    status: 'ok',
    orderId,
    state,
    size: quantity.toString(),
    filledAmount: filled.toString(),
    averagePrice: average,
    fees: fees.map(({ currency, amount }) => ({ currency, amount: amount.toString() })),
  }
}
