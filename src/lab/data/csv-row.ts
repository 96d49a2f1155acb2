/**
 * One row of a CSV file, read field by field with the rule of each field. The first broken rule is kept as the row's `fault`, later
 * ones are not looked for; after a fault the readers return a placeholder, so that a parser can be written straight through and ask
 * once at its end. A row with a fault is never used.
 * Units: amounts stay plain decimal text; `number` is for model values (volatility, greeks) and always finite.
 */
import { isEpochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import { decimalFault, isZeroDecimal, plainDecimal } from './decimal-text.ts'
import type { DataRefusal, DataRefusalCode } from './refusals.ts'

const MILLISECONDS = /^[1-9]\d{11,12}$/
const TOO_PRECISE = /^((?:0|[1-9]\d{0,15})\.\d{18})\d{1,12}$/
const NO_INSTANT = 0 as EpochMs

interface Located {
  readonly file: string
  readonly line: number
  readonly columns: ReadonlyMap<string, number>
  readonly cells: readonly string[]
}

export class CsvRow {
  readonly file: string
  readonly line: number
  fault: DataRefusal | undefined
  /** A volume had more places than an exact value holds. */
  placesCut: boolean
  private readonly columns: ReadonlyMap<string, number>
  private readonly cells: readonly string[]

  constructor({ file, line, columns, cells }: Located) {
    this.file = file
    this.line = line
    this.fault = undefined
    this.placesCut = false
    this.columns = columns
    this.cells = cells
  }

  /** The field as it stands; '' when the file has no such column. */
  text(column: string): string {
    const i = this.columns.get(column)
    return i === undefined ? '' : (this.cells[i] ?? '')
  }

  has(column: string): boolean {
    return this.columns.has(column)
  }

  fail(code: DataRefusalCode, field: string, limit: string | number): void {
    this.fault ??= { code, file: this.file, line: this.line, field, seen: this.text(field).slice(0, 80), limit }
  }

  signed(column: string): string {
    return this.decimal(column, this.text(column))
  }

  private decimal(column: string, text: string): string {
    const plain = plainDecimal(text)
    if (plain !== undefined) return plain
    if (text === '') this.fail('missing_value', column, 'a decimal')
    else this.fail(decimalFault(text), column, 'a plain decimal, up to 16 digits and 18 places')
    return '0'
  }

  nonNegative(column: string): string {
    const plain = this.signed(column)
    if (plain.startsWith('-')) this.fail('negative', column, '>= 0')
    return plain
  }

  /** A traded amount: nothing is owed on it, so places behind the 18th are cut off instead of costing the row. */
  volume(column: string): string {
    const text = this.text(column)
    const cut = TOO_PRECISE.exec(text)?.[1]
    this.placesCut ||= cut !== undefined
    const plain = this.decimal(column, cut ?? text)
    if (plain.startsWith('-')) this.fail('negative', column, '>= 0')
    return plain
  }

  positive(column: string): string {
    const plain = this.nonNegative(column)
    if (isZeroDecimal(plain)) this.fail('not_positive', column, '> 0')
    return plain
  }

  /** Undefined when empty: the file says it does not know. */
  positiveOrEmpty(column: string): string | undefined {
    return this.text(column) === '' ? undefined : this.positive(column)
  }

  /** A quote: empty or zero means there is none. */
  quote(column: string): string | undefined {
    if (this.text(column) === '') return undefined
    const plain = this.nonNegative(column)
    return isZeroDecimal(plain) ? undefined : plain
  }

  /** A finite model value between two bounds, both inclusive. */
  number(column: string, { min, max }: { readonly min: number; readonly max: number }): number {
    const value = Number(this.signed(column))
    if (!(value >= min && value <= max)) this.fail('out_of_range', column, `${min} to ${max}`)
    return value
  }

  /** Milliseconds: seconds and microseconds have other lengths and are refused, never rescaled. */
  instant(column: string): EpochMs {
    const text = this.text(column)
    const value = MILLISECONDS.test(text) ? Number(text) : NO_INSTANT
    if (isEpochMs(value)) return value
    this.fail(text === '' ? 'missing_value' : 'not_epoch_ms', column, 'epoch milliseconds, 2000 to 2200')
    return NO_INSTANT
  }
}
