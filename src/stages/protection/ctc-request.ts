/**
 * `POST /pricing/ctc` against the market as it stands: the request admitted, the index and the volatility read, the fee made (P-08). The client's
 * `spotPrice` is compared with the index and never used: apart by more than the price buffer it names another market than this one.
 * No side is asked for by the document: a long unless one is stated.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import type { AccountId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import { checkSpot } from './quote-admission.ts'
import { regimeNow, withControls } from './controls.ts'
import { ctcFee } from './ctc.ts'
import type { CtcFee, CtcSnapshot } from './ctc.ts'
import type { QuotesConfig } from './quote-config.ts'
import { controlsInForce } from './quotes.ts'
import type { QuotesState } from './quotes.ts'
import { admitTerms } from './terms.ts'
import { parseFields, parseOptionalDecimal } from './terms-fields.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'tierName',
  'asset',
  'side',
  'spotPrice',
  'drawdownFloorPct',
  'positionSize',
  'leverage',
  'accountId',
])

export function ctcFor(state: QuotesState, config: QuotesConfig, request: unknown, at: EpochMs): Result<CtcFee> {
  const fields = parseFields(request, KNOWN)
  if (!fields.ok) return fields
  const { spotPrice: _, accountId: __, side = 'long', ...stated } = fields.value
  const controls = controlsInForce(state, config)
  const terms = admitTerms({ ...stated, side, tenorDays: 1 }, '' as AccountId, withControls(config, controls))
  if (!terms.ok) return terms
  const { tierName, drawdownFloor, size, leverage } = terms.value
  if (drawdownFloor === undefined) return refuse('invalid_payload', 'drawdownFloorPct', undefined, 'a share of the price')
  const snapshot = snapshotOf(state, at)
  if (!snapshot.ok) return snapshot
  const spot = parseOptionalDecimal(fields.value, 'spotPrice')
  if (!spot.ok) return spot
  const elsewhere = spot.value === undefined ? undefined : checkSpot(spot.value, snapshot.value.index, controls.ctc_price_buffer_pct)
  if (elsewhere !== undefined) return { ok: false, refusal: elsewhere }
  const regime = regimeNow(state.volatility, controls, config.riskControls)
  return ctcFee({ ...snapshot.value, regime, controls, tierName, side: terms.value.side, drawdownFloor, size, leverage })
}

function snapshotOf({ index, volatility }: QuotesState, at: EpochMs): Result<CtcSnapshot> {
  if (index === undefined) return refuse('no_index', 'index', undefined, 'a price')
  return ok({ index: index.price, ivAnnual: volatility?.iv, ageMs: Math.max(0, at - index.observedAt) })
}
