/**
 * The hot raw topics read by hand, for journals of millions of ticks: what passes is what the schema of the topic would give (a property
 * test holds them together); undefined leaves a body to the schema, which then says what is wrong with it. Three times as fast.
 */
import { parsePrice } from '#units/price.ts'
import { parseQuantity } from '#units/quantity.ts'
import { isEpochMs } from '#units/time.ts'
import type { TopicName } from './registry.ts'

export type Fields = Readonly<Record<string, unknown>>
export type QuickTopic = 'raw_index' | 'raw_quotes' | 'raw_option_quotes'
type Read = (value: unknown) => unknown

const price: Read = (value) => (typeof value === 'string' ? parsePrice(value) : undefined)
const quantity: Read = (value) => (typeof value === 'string' ? parseQuantity(value) : undefined)
const number: Read = (value) => (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0) ? value : undefined)
const age: Read = (value) => (typeof value === 'number' && value > 0 && value < Infinity ? value : undefined)
const text: Read = (value) => (typeof value === 'string' ? value : undefined)
const id: Read = (value) => (typeof value === 'string' && value.length >= 1 && value.length <= 120 ? value : undefined)
const instant: Read = (value) => (isEpochMs(value) ? value : undefined)

export interface Field {
  readonly name: string
  readonly read: Read
  /** What JSON has there: a string, a whole number, or any number. */
  readonly form: 'text' | 'count' | 'number'
  readonly optional: boolean
}
const must = (name: string, read: Read): Field => ({ name, read, form: 'text', optional: false })
const may = (name: string, read: Read, form: Field['form'] = 'text'): Field => ({ name, read, form, optional: true })

const SOURCE = [must('venue', text), may('venueAt', instant, 'count'), may('maxAgeMs', age, 'number')]
const SIDES = [may('bid', price), may('ask', price), may('bidSize', quantity), may('askSize', quantity), may('mark', price)]
/** In the order of the schema, which is the order of the keys in what is read. */
export const FIELDS: Readonly<Record<QuickTopic, readonly Field[]>> = {
  raw_index: [...SOURCE, must('asset', (value) => (value === 'BTC' ? value : undefined)), must('price', price)],
  raw_quotes: [
    ...SOURCE,
    must('instrument', id),
    ...SIDES,
    may('fundingRate8h', number, 'number'),
    may('fundingIntervalMs', number, 'number'),
  ],
  raw_option_quotes: [
    ...SOURCE,
    must('instrument', id),
    ...SIDES,
    may('markIv', number, 'number'),
    may('delta', number, 'number'),
    may('underlyingPrice', price),
    must('sizeBasis', (value) => (value === 'quoted' || value === 'volume-share' ? value : undefined)),
  ],
}

export function quickBody(topic: TopicName, body: unknown): object | undefined {
  const fields = (FIELDS as Partial<Record<TopicName, readonly Field[]>>)[topic]
  if (fields === undefined || typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const out: Record<string, unknown> = {}
  for (let i = 0; i < fields.length; i++) {
    const { name, read, optional } = fields[i] as Field
    const raw = (body as Fields)[name]
    if (raw === undefined && optional) continue
    const value = read(raw)
    if (value === undefined) return undefined
    out[name] = value
  }
  return out
}
