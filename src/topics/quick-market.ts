/**
 * The hot raw topics read by hand, for journals of millions of ticks: what passes is what the schema of the topic would give (a property
 * test holds them together); undefined leaves a body to the schema, which then says what is wrong with it. Three times as fast.
 */
import { parsePrice } from '#units/price.ts'
import { parseQuantity } from '#units/quantity.ts'
import { isEpochMs } from '#units/time.ts'
import type { TopicName } from './registry.ts'

type Fields = Readonly<Record<string, unknown>>
type Read = (value: unknown) => unknown

const price: Read = (value) => (typeof value === 'string' ? parsePrice(value) : undefined)
const quantity: Read = (value) => (typeof value === 'string' ? parseQuantity(value) : undefined)
const number: Read = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
const age: Read = (value) => (typeof value === 'number' && value > 0 && value < Infinity ? value : undefined)
const text: Read = (value) => (typeof value === 'string' ? value : undefined)
const id: Read = (value) => (typeof value === 'string' && value.length >= 1 && value.length <= 120 ? value : undefined)
const instant: Read = (value) => (isEpochMs(value) ? value : undefined)

interface Field {
  readonly name: string
  readonly read: Read
  readonly optional: boolean
}
const must = (name: string, read: Read): Field => ({ name, read, optional: false })
const may = (name: string, read: Read): Field => ({ name, read, optional: true })

const SOURCE = [must('venue', text), may('venueAt', instant), may('maxAgeMs', age)]
const SIDES = [may('bid', price), may('ask', price), may('bidSize', quantity), may('askSize', quantity), may('mark', price)]
const QUICK: Partial<Record<TopicName, readonly Field[]>> = {
  raw_index: [...SOURCE, must('asset', (value) => (value === 'BTC' ? value : undefined)), must('price', price)],
  raw_quotes: [...SOURCE, must('instrument', id), ...SIDES, may('fundingRate8h', number)],
  raw_option_quotes: [
    ...SOURCE,
    must('instrument', id),
    ...SIDES,
    may('markIv', number),
    may('delta', number),
    may('underlyingPrice', price),
    must('sizeBasis', (value) => (value === 'quoted' || value === 'volume-share' ? value : undefined)),
  ],
}

export function quickBody(topic: TopicName, body: unknown): object | undefined {
  const fields = QUICK[topic]
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
