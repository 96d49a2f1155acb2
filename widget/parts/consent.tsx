/** Consent to a charge over the fixed price (P-04): the reader's own cost, what the platform bears and the cap are stated before the box can be ticked. */
import { useId } from 'react'
import type { QuoteAnswer } from '#api/contract.ts'
import { formatUnits } from '#units/exact.ts'
import { unitsOf, usdcNamed } from '../format/amount.ts'
import { Row, Rows } from './rows.tsx'

interface Inputs {
  readonly passThrough: NonNullable<QuoteAnswer['passThrough']>
  readonly isGiven: boolean
  /** The purchase was asked for without it. */
  readonly isMissing: boolean
  readonly onChange: (given: boolean) => void
}

export function Consent({ passThrough, isGiven, isMissing, onChange }: Inputs) {
  const id = useId()
  const { fixedPriceUsdc, capUsdc, userUsdc, subsidyUsdc } = passThrough
  const over = formatUnits((unitsOf(userUsdc) ?? 0n) - (unitsOf(fixedPriceUsdc) ?? 0n))
  return (
    <div className="consent">
      <p>
        <b>This cover costs more than your plan’s fixed price.</b>
      </p>
      <Rows>
        <Row label="fixed price" value={usdcNamed(fixedPriceUsdc)} />
        <Row label="you pay" value={usdcNamed(userUsdc)} strong name="pass-through-user" />
        <Row label="the platform bears" value={usdcNamed(subsidyUsdc)} />
        <Row label="the most that may be passed on" value={usdcNamed(capUsdc)} />
      </Rows>
      <label className="tick">
        <input
          type="checkbox"
          checked={isGiven}
          aria-invalid={isMissing}
          aria-describedby={`${id}-missing`}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
        <span>
          I agree to pay {usdcNamed(userUsdc)}, {usdcNamed(over)} more than the fixed price.
        </span>
      </label>
      <p id={`${id}-missing`} className="error" role={isMissing ? 'alert' : undefined}>
        {isMissing ? 'Tick the box to go on, or change the terms.' : ''}
      </p>
    </div>
  )
}
