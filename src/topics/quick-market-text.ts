/**
 * The record of a hot raw topic read straight from its text, without the object JSON.parse would make of it first. It knows one form, the
 * one the journal's writer gives these records: keys in the order of the schema (an option's also side by side), no spaces, whole numbers
 * in plain digits, strings without escapes. Whatever else stands there is left to JSON.parse and the schema (undefined); what is read is
 * what those would give, which a property test holds. The form is a regular expression, because that is compiled to machine code, where a
 * scanner of our own is hardly faster than JSON.parse. Ticks repeat themselves, so each field keeps its last text and value: prices and
 * sizes never change.
 */
import { isEpochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { FIELDS } from './quick-market.ts'
import type { Field, Fields, QuickTopic } from './quick-market.ts'

export interface MarketRecord {
  readonly seq: number
  readonly at: EpochMs
  readonly topic: QuickTopic
  readonly key: string
  readonly source: string
  readonly cause: number
  readonly body: Fields
}

interface Place {
  readonly field: Field
  /** Where the pattern keeps its text. */
  readonly capture: number
  /** What stood here last and what it means; texts are compared, so nothing depends on what came before. */
  text: string | undefined
  value: unknown
}
interface Form {
  readonly topic: QuickTopic
  readonly pattern: RegExp
  readonly key: Place
  readonly source: Place
  readonly places: readonly Place[]
}

const PATTERNS: Readonly<Record<Field['form'], string>> = {
  text: '"([^"\\\\\\x00-\\x1f]*)"',
  // at most the digits that a float64 holds whatever they are
  count: '(0|[1-9][0-9]{0,14})',
  number: '(-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)',
}
const CAPTURES_OF_HEAD = 5
/** A feed that has each side's price and size together writes them so. */
const BY_SIDE = ['bid', 'bidSize', 'ask', 'askSize']
const FORMS: readonly Form[] = [
  formOf('raw_quotes', FIELDS.raw_quotes),
  formOf('raw_index', FIELDS.raw_index),
  formOf('raw_option_quotes', bySide(FIELDS.raw_option_quotes)),
  formOf('raw_option_quotes', FIELDS.raw_option_quotes),
]

function bySide(fields: readonly Field[]): readonly Field[] {
  const first = fields.findIndex(({ name }) => name === BY_SIDE[0])
  const sides = BY_SIDE.flatMap((side) => fields.filter(({ name }) => name === side))
  return [...fields.slice(0, first), ...sides, ...fields.slice(first + sides.length)]
}

/** `written`: the fields in the order of the text; what is read has that of the schema. */
function formOf(topic: QuickTopic, written: readonly Field[]): Form {
  const head = (name: string, capture: number): Place => placeOf({ name, read: (value) => value, form: 'text', optional: false }, capture)
  return {
    topic,
    pattern: patternOf(topic, written),
    key: head('key', 3),
    source: head('source', 4),
    places: FIELDS[topic].map((field) => placeOf(field, written.indexOf(field) + CAPTURES_OF_HEAD + 1)),
  }
}

function patternOf(topic: QuickTopic, written: readonly Field[]): RegExp {
  const { text, count } = PATTERNS
  const fields = written.map(({ name, form, optional }, i) => {
    const labelled = `${i === 0 ? '' : ','}"${name}":${PATTERNS[form]}`
    return optional ? `(?:${labelled})?` : labelled
  })
  const head = `"seq":${count},"at":${count},"topic":"${topic}","key":${text},"source":${text},"cause":${count}`
  return new RegExp(`^\\{${head},"body":\\{${fields.join('')}\\}\\}$`)
}

function placeOf(field: Field, capture: number): Place {
  return { field, capture, text: undefined, value: undefined }
}

export function scanMarketRecord(record: string): MarketRecord | undefined {
  for (let i = 0; i < FORMS.length; i++) {
    const form = FORMS[i] as Form
    const found = form.pattern.exec(record)
    if (found !== null) return read(form, found)
  }
  return undefined
}

function read({ topic, key, source, places }: Form, found: RegExpExecArray): MarketRecord | undefined {
  const at = Number(found[2])
  if (!isEpochMs(at)) return undefined
  const body: Record<string, unknown> = {}
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as Place
    const text = found[place.capture]
    if (text === undefined) continue
    const { name, form } = place.field
    const value = form === 'text' ? readAgain(place, text) : place.field.read(Number(text))
    if (value === undefined) return undefined
    body[name] = value
  }
  return {
    seq: Number(found[1]),
    at,
    topic,
    key: readAgain(key, found[key.capture] as string) as string,
    source: readAgain(source, found[source.capture] as string) as string,
    cause: Number(found[5]),
    body,
  }
}

function readAgain(place: Place, text: string): unknown {
  if (place.text === text) return place.value
  const value = place.field.read(text)
  // in its own memory: a slice would keep alive the batch it was cut from
  place.value = typeof value === 'string' ? JSON.parse(`"${value}"`) : value
  place.text = text
  return place.value
}
