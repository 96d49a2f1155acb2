/**
 * The venue as JSON and back, so that it can stop at any input and go on with the same bytes. Exact values and Maps are tagged:
 * {"$":"n"} BigInt, {"$":"m"} Map, {"$":"money" | "price" | "quantity"} amounts. Instruments are named, rules follow from the
 * configuration, the outbox is empty between two inputs. A state of another version, or one that is not a venue's, throws.
 */
import { assert } from '#base/assert.ts'
import { instrumentOf } from '#domain/catalogue.ts'
import { Money } from '#units/money.ts'
import { Price } from '#units/price.ts'
import { Quantity } from '#units/quantity.ts'
import { loadMarket } from '../market/state.ts'
import type { Account } from './account.ts'
import { rulesOf, venueConfig } from './config.ts'
import type { Market, VenueState } from './state.ts'

export const VENUE_STATE_VERSION = 1

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [field: string]: Plain }

export function saveVenue(state: VenueState): Plain {
  assert(state.outbox.length === 0, 'a venue is saved between two inputs')
  const { rules: _rules, outbox: _outbox, markets, accounts, ...rest } = state
  const books = [...markets].map(([name, { instrument: _instrument, ...market }]) => [name, market] as const)
  const owners = [...accounts].map(([id, { calm: _calm, ...account }]) => [id, account] as const)
  return { version: VENUE_STATE_VERSION, state: toPlain({ ...rest, accounts: new Map(owners), markets: new Map(books) }) }
}

export function loadVenue(saved: unknown): VenueState {
  assert(
    typeof saved === 'object' && saved !== null && 'version' in saved && 'state' in saved,
    'a saved venue is an object of version and state',
  )
  assert(
    saved.version === VENUE_STATE_VERSION,
    `a saved venue of version ${String(saved.version)} cannot be read by version ${VENUE_STATE_VERSION}`,
  )
  const rest = fromPlain(saved.state as Plain) as Omit<VenueState, 'rules' | 'outbox' | 'markets' | 'accounts'> & {
    readonly markets: Map<string, Omit<Market, 'instrument'>>
    readonly accounts: Map<string, Omit<Account, 'calm'>>
  }
  const config = venueConfig.parse(rest.config)
  const markets = new Map([...rest.markets].map(([name, market]) => [name, { ...market, instrument: namedInstrument(name) }]))
  return {
    ...rest,
    config,
    rules: rulesOf(config),
    markets,
    accounts: new Map([...rest.accounts].map(([id, account]) => [id, { ...account, calm: undefined }])),
    outbox: [],
    generator: rest.generator === null ? null : loadMarket(rest.generator),
  }
}

function namedInstrument(name: string): Market['instrument'] {
  const found = instrumentOf(name)
  assert(found.ok, `a saved venue names instruments of the catalogue, not ${name}`)
  return found.value
}

export function toPlain(value: unknown): Plain {
  if (typeof value === 'bigint') return { $: 'n', v: value.toString() }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(toPlain)
  if (value instanceof Map) return { $: 'm', v: [...value].map(([key, entry]) => [toPlain(key), toPlain(entry)]) }
  if (value instanceof Money) return { $: 'money', v: value.units.toString() }
  if (value instanceof Price) return { $: 'price', v: value.units.toString() }
  if (value instanceof Quantity) return { $: 'quantity', v: value.units.toString() }
  assert(typeof value === 'object', `plain data has no ${typeof value}`)
  const present = Object.entries(value).filter(([, entry]) => entry !== undefined)
  return Object.fromEntries(present.map(([field, entry]) => [field, toPlain(entry)]))
}

export function fromPlain(plain: Plain): unknown {
  if (plain === null || typeof plain !== 'object') return plain
  if (Array.isArray(plain)) return plain.map(fromPlain)
  const { $: tag, v: content } = plain as { readonly [field: string]: Plain }
  if (tag === undefined) return Object.fromEntries(Object.entries(plain).map(([field, entry]) => [field, fromPlain(entry)]))
  if (tag === 'm')
    return new Map((content as readonly (readonly [Plain, Plain])[]).map(([key, entry]) => [fromPlain(key), fromPlain(entry)]))
  const units = BigInt(content as string)
  if (tag === 'money') return new Money(units)
  if (tag === 'price') return new Price(units)
  if (tag === 'quantity') return new Quantity(units)
  assert(tag === 'n', `a tag of this format, not ${JSON.stringify(tag)}`)
  return units
}
