/**
 * Whether a run can be begun at all: the first rule broken refuses, with field, value and limit, before anything is read or written. What
 * only the platform can judge (margin, lot, the listed strikes) is left to its own gates. Units: as the request's.
 */
import { present } from '#base/assert.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import { parseRatio, RATIO_ONE } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { parseDataWindow } from '../data/window.ts'
import type { DataWindow } from '../data/window.ts'
import { BacktestRefusal } from './request.ts'
import type { BacktestRequest } from './request.ts'

const TENOR_DAYS_MAX = 365

export function admitRequest(request: BacktestRequest): DataWindow {
  const { side, leverage, size, cash, fundingRate8h } = request
  const window = parseDataWindow({ from: request.from, to: request.to })
  if (!window.ok) throw new BacktestRefusal(window.refusal.field, window.refusal.seen, window.refusal.limit, window.refusal.code)
  if (side !== 'long' && side !== 'short') throw new BacktestRefusal('side', side, 'long or short')
  if (!isPositive(parseRatio(size))) throw new BacktestRefusal('size', size, 'a decimal above 0, in BTC')
  if (!(Number.isFinite(leverage) && leverage >= 1)) throw new BacktestRefusal('leverage', leverage, 'a number >= 1')
  if (!isPositive(parseRatio(cash))) throw new BacktestRefusal('cash', cash, 'a decimal above 0, in USDC')
  const rate = parseRatio(fundingRate8h)
  if (rate === undefined || Math.abs(rate.toNumber()) > 0.05)
    throw new BacktestRefusal('fundingRate8h', fundingRate8h, 'a decimal from -0.05 to 0.05')
  if (request.data.kind === 'chains') admitCover(request)
  return window.value
}

function admitCover({ drawdownFloor, equityFloor, tenorDays, renewal, premiumMax, combinations }: BacktestRequest): void {
  if ((drawdownFloor === undefined) === (equityFloor === undefined)) {
    const seen = drawdownFloor === undefined ? 'none' : `${drawdownFloor} and an equity floor of ${String(equityFloor)}`
    throw new BacktestRefusal('drawdownFloor', seen, 'one of drawdown floor and equity floor')
  }
  for (const [field, text] of Object.entries({ drawdownFloor, equityFloor })) {
    if (text !== undefined && !isShare(parseRatio(text))) throw new BacktestRefusal(field, text, 'a decimal between 0 and 1')
  }
  if (!(Number.isInteger(tenorDays) && tenorDays >= 1 && tenorDays <= TENOR_DAYS_MAX)) {
    throw new BacktestRefusal('tenorDays', tenorDays, `whole days from 1 to ${TENOR_DAYS_MAX}`)
  }
  if (!['hold-limit', 'rolling', 'none'].includes(renewal)) throw new BacktestRefusal('renewal', renewal, 'hold-limit, rolling or none')
  if (combinations !== undefined && combinations !== 'allowed')
    throw new BacktestRefusal('combinations', combinations, 'allowed, or absent')
  if (premiumMax !== undefined && !isPositive(parseRatio(premiumMax)))
    throw new BacktestRefusal('premiumMax', premiumMax, 'a decimal above 0, in USDC')
}

/** A tier the configuration does not have would read as one that allows nothing. */
export function admitTier({ tierName, leverage }: Pick<BacktestRequest, 'tierName' | 'leverage'>, config: ResolvedConfig): void {
  const section = present(config.components['protection/quotes'], 'protection has a configuration') as {
    readonly tiers: Readonly<Record<string, { readonly leverageMax: number }>>
  }
  const tier = Object.hasOwn(section.tiers, tierName) ? section.tiers[tierName] : undefined
  if (tier === undefined) throw new BacktestRefusal('tierName', tierName, Object.keys(section.tiers).join(', '), 'unknown_tier')
  if (leverage > tier.leverageMax)
    throw new BacktestRefusal('leverage', leverage, `<= ${tier.leverageMax} (tier ${tierName})`, 'invalid_leverage')
}

function isPositive(value: Ratio | undefined): boolean {
  return value !== undefined && value.units > 0n
}

function isShare(value: Ratio | undefined): boolean {
  return isPositive(value) && value !== undefined && value.units < RATIO_ONE.units
}
