/** The terms most readers leave as they are: size, what happens at the end, tier. Folded away, and unfolded by an error in one of them. */
import { useState } from 'react'
import type { TermsAnswer } from '#api/contract-terms.ts'
import type { QuoteWish } from '../api/client.ts'
import { btc, typed } from '../format/amount.ts'
import type { FormField } from '../model/told.ts'
import type { Draft, Plan } from '../model/wish.ts'
import { SelectField, TextField } from './field.tsx'

const RENEWALS: readonly (readonly [QuoteWish['renewal'], string, string])[] = [
  [
    'hold-limit',
    'Renew, keep this floor',
    'The next cover has to hold the same limit; where none can, the position is closed as this one settles.',
  ],
  ['rolling', 'Renew, floor follows the price', 'The next floor starts from the price as it is then. It may be lower.'],
  ['none', 'Do not renew', 'After the end the position has no protection.'],
]

interface Inputs {
  readonly terms: TermsAnswer
  readonly plan: Plan
  readonly draft: Draft
  /** What can be covered, in coins. */
  readonly open: string
  readonly set: (change: Partial<Draft>) => void
  readonly error: (field: FormField) => string | undefined
}

export function MoreTerms({ terms, plan, draft, open, set, error }: Inputs) {
  const [isOpen, setOpen] = useState(false)
  const renewal = RENEWALS.find(([name]) => name === draft.renewal)
  const hasError = (['size', 'tier', 'leverage'] as const).some((field) => error(field) !== undefined)
  return (
    <details className="more" open={isOpen || hasError} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {btc(typed(draft.size))}{' '}
        <span className="soft">
          · {renewal?.[1]} · {draft.tier}
        </span>
      </summary>
      <TextField
        label="Size"
        unit="BTC"
        value={draft.size}
        error={error('size')}
        hint={`of ${btc(open)} not protected yet`}
        onChange={(size) => set({ size })}
      />
      <SelectField
        label="At the end"
        value={draft.renewal}
        options={RENEWALS.map(([name, said]) => [name, said])}
        hint={renewal?.[2]}
        onChange={(chosen) => set({ renewal: chosen })}
      />
      {plan.tier !== undefined || terms.tiers.length < 2 ? null : (
        <SelectField
          label="Tier"
          value={draft.tier}
          options={terms.tiers.map(({ name, leverageMax }) => [name, `${name}, up to ${leverageMax}×`])}
          error={error('tier') ?? error('leverage')}
          hint={null}
          onChange={(tier) => set({ tier })}
        />
      )}
    </details>
  )
}
