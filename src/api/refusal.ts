/** The one shape of failure (contract: API-03): what was refused by the API itself, before anything reached the engine (`cause` 0). */
import { scalar } from '#base/result.ts'
import type { Flip } from '#base/result.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'

export type ApiCode =
  | 'invalid_payload'
  | 'not_found'
  | 'method_not_allowed'
  | 'unknown_account'
  | 'host_not_allowed'
  | 'origin_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'too_many_requests'
  | 'too_many_streams'
  | 'not_ready'
  | 'unauthorised'
  | 'admin_disabled'
  | 'role_too_low'
  | 'not_in_production'
  | 'not_available'
  | 'unknown_instrument'
  | 'request_timeout'
  | 'headers_too_large'
  | 'missing_drawdown_inputs'
  | 'stale_inputs'
  | 'signature_invalid'
  | 'unsupported_asset'
  | 'no_price'
  | 'stale_price'
  | 'no_surface'
  | 'stale_surface'
  | 'beyond_last_expiry'
  | 'beyond_strikes'
  | 'calendar_arbitrage'
  | 'internal_error'

const HTTP_STATUS: Readonly<Record<ApiCode, number>> = {
  invalid_payload: 400,
  not_found: 404,
  method_not_allowed: 405,
  unknown_account: 403,
  host_not_allowed: 403,
  origin_not_allowed: 403,
  payload_too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  too_many_streams: 429,
  not_ready: 503,
  unauthorised: 401,
  admin_disabled: 403,
  role_too_low: 403,
  not_in_production: 403,
  not_available: 503,
  unknown_instrument: 404,
  request_timeout: 408,
  headers_too_large: 431,
  missing_drawdown_inputs: 200,
  stale_inputs: 200,
  signature_invalid: 400,
  unsupported_asset: 200,
  no_price: 200,
  stale_price: 200,
  no_surface: 200,
  stale_surface: 200,
  beyond_last_expiry: 200,
  beyond_strikes: 200,
  calendar_arbitrage: 200,
  internal_error: 500,
}

export interface RefusalDetail {
  readonly gate: string
  readonly field: string
  readonly seen: unknown
  readonly limit: unknown
  readonly flip?: Flip
}

/** Thrown by handlers and hooks, turned into the failure's body by the error handler. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly httpStatus: number
  readonly explanation: Explanation

  constructor(code: ApiCode, { gate, field, seen, limit, flip }: RefusalDetail) {
    super(code)
    this.httpStatus = HTTP_STATUS[code]
    const refusal = { code, field, seen: scalar(seen), limit: scalar(limit) }
    this.explanation = explain(gate, 0, flip === undefined ? refusal : { ...refusal, flip })
  }
}

/** `no_quote` where the business said no under HTTP 200, `error` for everything else. */
export function failureBody({ httpStatus, explanation }: ApiRefusal, asOfSeq: number) {
  return { status: httpStatus === 200 ? 'no_quote' : 'error', reason: explanation.code, explanation, asOfSeq }
}
