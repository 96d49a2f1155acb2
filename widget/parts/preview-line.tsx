/** About what it costs, with the age of its price; or why there is no price, with the press that would change it. Keeps its height while it asks. */
import { usdc, usdcNamed } from '../format/amount.ts'
import { countdown, instant } from '../format/time.ts'
import type { Previewed } from '../live/preview.ts'
import type { FormField } from '../model/told.ts'
import { Note } from './note.tsx'

interface Inputs {
  readonly previewed: Previewed
  /** Of market time: the age told is the reader's. */
  readonly speed: number
  readonly fix: (field: FormField, to: string) => void
  /** The sentence stands at its field already. */
  readonly isShownAtField: boolean
}

export function PreviewLine({ previewed, speed, fix, isShownAtField }: Inputs) {
  if (previewed.kind === 'refused') {
    const { told } = previewed
    const button =
      told.fix === undefined ? null : (
        <button type="button" className="second" onClick={() => told.fix !== undefined && fix(told.fix.field, told.fix.to)}>
          {told.fix.label}
        </button>
      )
    return (
      <Note told={isShownAtField ? { what: 'No price for these terms.', ...(told.next === undefined ? {} : { next: told.next }) } : told}>
        {button}
      </Note>
    )
  }
  const quote = previewed.kind === 'about' ? previewed.quote : previewed.kind === 'asking' ? previewed.last : undefined
  if (quote === undefined) return <p className="preview soft">{previewed.kind === 'asking' ? 'Asking for a price …' : ''}</p>
  const ageMs = quote.cached.ageMs / speed
  return (
    <div className="preview" aria-busy={previewed.kind === 'asking'}>
      <p>
        <span className="soft">about</span>{' '}
        <b className="amount" data-value="preview">
          {usdcNamed(quote.feeUsdc)}
        </b>
      </p>
      <p className="soft">
        until {instant(quote.expiryIso)}
        {previewed.kind === 'asking' ? ' · updating' : ''}
        {ageMs > 10_000 ? ` · price ${countdown(ageMs)} old` : ''}
        {quote.passThrough === null || quote.passThrough === undefined
          ? ''
          : ` · over the fixed price of ${usdc(quote.passThrough.fixedPriceUsdc)}`}
      </p>
    </div>
  )
}
