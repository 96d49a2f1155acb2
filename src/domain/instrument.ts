/**
 * What can be traded. `settlement` says in which currency profit and loss fall due: a linear perpetual and a USDC option in USDC, an
 * inverse perpetual (sized in USD of face) and Deribit's BTC options in coin. `tick` and `lot` are the venue's steps; options use the
 * venue's premium ladder (0.0001 coin up to a premium of 0.005, 0.0005 above).
 */
import type { Brand } from '#base/brand.ts'
import type { EpochMs } from '#units/time.ts'
import type { BtcUsdc, Price } from '#units/price.ts'
import type { Quantity } from '#units/quantity.ts'

export type InstrumentId = Brand<string, 'InstrumentId'>
export type OptionType = 'put' | 'call'
export type Side = 'buy' | 'sell'
export type PositionSide = 'long' | 'short'

interface Common {
  readonly id: InstrumentId
  readonly asset: 'BTC'
  readonly tick: Price
  readonly lot: Quantity
  readonly sizeMin: Quantity
  readonly sizeMax: Quantity
}

export interface LinearPerpetual extends Common {
  readonly kind: 'linear-perpetual'
  readonly settlement: 'USDC'
}
export interface InversePerpetual extends Common {
  readonly kind: 'inverse-perpetual'
  readonly settlement: 'BTC'
}
export interface Spot extends Common {
  readonly kind: 'spot'
  readonly settlement: 'USDC'
}
/** Premium and payout in coin (`BTC-…`) or in USDC (`BTC_USDC-…`). */
export interface Option extends Common {
  readonly kind: 'option'
  readonly settlement: 'BTC' | 'USDC'
  readonly optionType: OptionType
  readonly strike: BtcUsdc
  readonly expiry: EpochMs
}
export type Instrument = LinearPerpetual | InversePerpetual | Spot | Option

export function sideSign(side: Side): 1n | -1n {
  return side === 'buy' ? 1n : -1n
}

export function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy'
}
