/**
 * Contract specifications by name (DV-02): the venue's steps and sizes as published by Deribit for BTC (2026): options from 0.1 coin in
 * steps of 0.1, premium ticks of 0.0001 up to 0.005 and 0.0005 above; the USDC perpetual from 0.0001 coin, the coin perpetual from 10
 * USD in steps of 10 USD, both ticks 0.5. An unknown name is a refusal, never a guess. Names are resolved once and kept: the table
 * holds constants of the world, no state.
 */
import { ok, refuse } from '#base/result.ts'
import type { Result } from '#base/result.ts'
import { price } from '#units/price.ts'
import type { CoinPremium, Price } from '#units/price.ts'
import { quantity } from '#units/quantity.ts'
import type { EpochMs } from '#units/time.ts'
import { parseInstrumentName } from './instrument-name.ts'
import type { Instrument, InstrumentId, Option } from './instrument.ts'

export const LINEAR_PERPETUAL = 'BTC_USDC-PERPETUAL' as InstrumentId
export const INVERSE_PERPETUAL = 'BTC-PERPETUAL' as InstrumentId
export const SPOT = 'BTC_USDC' as InstrumentId

const FINE_TICK = price('0.0001')
const COARSE_TICK = price('0.0005')
const TICK_STEP = price('0.005')
const HALF_DOLLAR = price('0.5')

const FIXED: readonly Instrument[] = [
  {
    id: LINEAR_PERPETUAL,
    kind: 'linear-perpetual',
    settlement: 'USDC',
    asset: 'BTC',
    tick: HALF_DOLLAR,
    lot: quantity('0.0001'),
    sizeMin: quantity('0.0001'),
    sizeMax: quantity('1000'),
  },
  {
    id: INVERSE_PERPETUAL,
    kind: 'inverse-perpetual',
    settlement: 'BTC',
    asset: 'BTC',
    tick: HALF_DOLLAR,
    lot: quantity('10'),
    sizeMin: quantity('10'),
    sizeMax: quantity('20000000'),
  },
  {
    id: SPOT,
    kind: 'spot',
    settlement: 'USDC',
    asset: 'BTC',
    tick: price('0.01'),
    lot: quantity('0.0001'),
    sizeMin: quantity('0.0001'),
    sizeMax: quantity('1000'),
  },
]
const KNOWN = new Map<string, Instrument>(FIXED.map((instrument) => [instrument.id, instrument]))
const KNOWN_MAX = 20_000

export type CatalogueRefusal = 'malformed_instrument' | 'unsupported_underlying' | 'unknown_instrument'

/** The contract behind a name; whether it has expired is the caller's question (`hasExpired`). */
export function instrumentOf(name: string): Result<Instrument, CatalogueRefusal> {
  const known = KNOWN.get(name)
  if (known !== undefined) return ok(known)
  const parsed = parseInstrumentName(name)
  if (!parsed.ok) return parsed
  if (parsed.value.kind !== 'option')
    return refuse('unknown_instrument', 'instrument', name, 'a listed option, perpetual or spot pair of BTC')
  const { id, strike, expiry, optionType, settlement } = parsed.value
  const option: Option = {
    id,
    kind: 'option',
    settlement: settlement === 'coin' ? 'BTC' : 'USDC',
    asset: 'BTC',
    tick: FINE_TICK,
    lot: quantity('0.1'),
    sizeMin: quantity('0.1'),
    sizeMax: quantity('1000'),
    optionType,
    strike: price<'BTC', 'USDC'>(strike),
    expiry,
  }
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear()
  for (const instrument of FIXED) KNOWN.set(instrument.id, instrument)
  KNOWN.set(name, option)
  return ok(option)
}

/** The coin-settled option a name stands for. */
export function coinOption(name: string): Option | undefined {
  const found = instrumentOf(name)
  return found.ok && found.value.kind === 'option' && found.value.settlement === 'BTC' ? found.value : undefined
}

export function hasExpired(option: Option, at: EpochMs): boolean {
  return at >= option.expiry
}

/** The premium step that applies at a premium in coin. */
export function premiumTick(premium: CoinPremium): CoinPremium {
  return (premium.units > TICK_STEP.units ? COARSE_TICK : FINE_TICK) as Price as CoinPremium
}
