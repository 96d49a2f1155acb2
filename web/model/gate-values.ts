/**
 * What a gate saw and what it allows, with the unit that its field says: `expiresInMs` is a span, `floorEquity` an amount, `filled` a size, and a number that
 * can only be an epoch is an instant. Digits beyond what a reader can use are left out, inside a text too; names of instruments stay whole.
 */
import { coin, percent, scalar, unitsOf, usdc } from '../format/decimal.ts'
import { age, instant, isoOf } from '../format/time.ts'

type Value = string | number | boolean | null

const NAMES: Readonly<Record<string, string>> = {
  at: 'the time',
  expiresInMs: 'time left',
  goodUntil: 'price good until',
  indexAgeMs: 'age of the index',
  seen: 'seen',
}
const USDC =
  /Usdc$|^(?:floorEquity\w*|equity\w*|drawdownLimit|floorPrice|limitPrice|fixedPrice|price|buffer|exposure|liquidationIndex|spotPrice)$/
const SIZES = /^(?:filled|quantity|positionSize|size|amount|left|hedge|position|gap|needed|askSize)$/
const SHARES = /Pct$|Share$|^(?:venueGap|spread)$/
const ISO = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/
/** 2001 to 2286. */
const EPOCH = { first: 1e12, last: 1e13 }
/** Neither a part of a name nor of another number. */
const LONG_NUMBER = /(?<![\w.-])-?\d+\.\d{3,}(?![\w-])|(?<![\w.-])\d{5,}(?:\.\d+)?(?![\w-])/g

export function gateValue(field: string, value: Value): string {
  if (value === null || typeof value === 'boolean') return scalar(value)
  const text = String(value)
  if (ISO.test(text)) return instant(text)
  if (unitsOf(text) === undefined) return readable(text)
  const number = Number(text)
  if (field.endsWith('Ms')) return age(number)
  if (Number.isInteger(number) && number >= EPOCH.first && number < EPOCH.last) return instant(isoOf(number))
  if (USDC.test(field)) return `${usdc(text)}\u00a0USDC`
  if (SIZES.test(field)) return `${coin(text)}\u00a0BTC`
  return SHARES.test(field) ? percent(text) : scalar(text)
}

/** `hedgeMtmUsdc` -> `hedge mtm`; the unit stands at the value. */
export function fieldName(field: string): string {
  const own = NAMES[field]
  if (own !== undefined) return own
  const plain = field.replace(/(?:Usdc|Ms|Pct)$/, '').replaceAll(/([a-z])([A-Z])/g, '$1 $2')
  return plain.replaceAll(/[_.-]/g, ' ').toLowerCase()
}

function readable(text: string): string {
  return text.replaceAll(LONG_NUMBER, (number) => {
    const value = Number(number)
    return Number.isInteger(value) && value >= EPOCH.first && value < EPOCH.last ? instant(isoOf(value)) : scalar(number)
  })
}
