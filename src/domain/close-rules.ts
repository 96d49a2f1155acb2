/**
 * May a client's cover be ended? (document 1, `POST /deribit/order` with `intent=close`; P-14, C-33). Protection is given up only once there
 * is nothing left between equity and limit:
 *   equity = balance + position PnL + hedge MTM,   buffer = equity - drawdown limit,   blocked while buffer > 0
 * The caller states balance and limit, or is told `missing_drawdown_inputs`; PnL and MTM may be left to the books. What is stated cannot
 * talk a cover away: where the books know the account as well, both buffers are judged and the higher one decides. Units: USDC, exact.
 * Edges: a buffer of exactly zero is not positive. The rule is about ending a cover; orders that reduce a position never come here.
 */
import { ok, refuse } from '#base/result.ts'
import type { Refusal, Result } from '#base/result.ts'
import type { Money } from '#units/money.ts'

type Usdc = Money<'USDC'>

/** As the body of the order states them. */
export interface StatedDrawdown {
  readonly initialBalanceUsdc?: Usdc | undefined
  readonly drawdownLimitUsdc?: Usdc | undefined
  readonly positionPnlUsdc?: Usdc | undefined
  readonly hedgeMtmUsdc?: Usdc | undefined
}
/** As the books have them; the limit is that of the cover in force. */
export interface BookedDrawdown {
  readonly cash: Usdc
  readonly positionPnl: Usdc
  readonly hedgeMtm: Usdc
  readonly drawdownLimit: Usdc
}
export type CloseCode = 'missing_drawdown_inputs' | 'drawdown_buffer_positive'
export interface Closable {
  readonly equityUsdc: Usdc
  /** Not positive. */
  readonly drawdownBufferUsdc: Usdc
  readonly decidedBy: 'client' | 'ledger'
}

export function checkClose(stated: StatedDrawdown, booked: BookedDrawdown | undefined): Result<Closable, CloseCode> {
  const { initialBalanceUsdc: balance, drawdownLimitUsdc: limit } = stated
  const positionPnl = stated.positionPnlUsdc ?? booked?.positionPnl
  const hedgeMtm = stated.hedgeMtmUsdc ?? booked?.hedgeMtm
  if (limit === undefined) return missing('drawdownLimitUsdc')
  if (balance === undefined) return missing('initialBalanceUsdc')
  if (positionPnl === undefined) return missing('positionPnlUsdc')
  if (hedgeMtm === undefined) return missing('hedgeMtmUsdc')
  const own = bufferOf('client', balance.plus(positionPnl).plus(hedgeMtm), limit)
  const known = booked === undefined ? undefined : bookedBuffer(booked)
  const higher = known !== undefined && own.drawdownBufferUsdc.isBelow(known.drawdownBufferUsdc) ? known : own
  if (!higher.drawdownBufferUsdc.isPositive()) return ok(higher)
  const { drawdownBufferUsdc, equityUsdc, decidedBy } = higher
  // the caller can raise the limit it states; of the books it can only wait until equity has come down to theirs
  const flip =
    decidedBy === 'client' || booked === undefined
      ? { field: 'drawdownLimitUsdc', to: equityUsdc.toString() }
      : { field: 'equityUsdc', to: booked.drawdownLimit.toString() }
  return refuse('drawdown_buffer_positive', 'drawdownBufferUsdc', drawdownBufferUsdc.toString(), '0', flip)
}

/** What the audit event `close_blocked` carries. */
export function closeBlockedPayload(
  order: { readonly accountId: string; readonly coverageId: string | null; readonly instrument: string },
  { code, field, seen, limit }: Refusal,
) {
  return { ...order, reason: code, field, seen, limit }
}

function missing(field: string) {
  return refuse('missing_drawdown_inputs', field, undefined, 'a plain decimal in USDC')
}

function bookedBuffer({ cash, positionPnl, hedgeMtm, drawdownLimit }: BookedDrawdown): Closable {
  return bufferOf('ledger', cash.plus(positionPnl).plus(hedgeMtm), drawdownLimit)
}

function bufferOf(decidedBy: Closable['decidedBy'], equityUsdc: Usdc, limit: Usdc): Closable {
  return { equityUsdc, drawdownBufferUsdc: equityUsdc.minus(limit), decidedBy }
}
