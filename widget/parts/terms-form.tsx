/** The terms of a cover, and about what it would cost, kept up to date while they change. Errors stand at their fields; a press takes the focus there. */
import { useEffect, useMemo, useState } from 'react'
import type { TermsAnswer } from '#api/contract-terms.ts'
import type { Client, QuoteWish } from '../api/client.ts'
import { btc, percent, usdc } from '../format/amount.ts'
import { Preview } from '../live/preview.ts'
import type { Previewed } from '../live/preview.ts'
import type { Clock } from '../live/store.ts'
import type { CoverShare } from '../model/cover-share.ts'
import type { FormField } from '../model/told.ts'
import { FLOORS, floorPriceAt, TENORS, wishOf } from '../model/wish.ts'
import type { Draft, Plan } from '../model/wish.ts'
import { ChoiceField } from './field.tsx'
import { Heading } from './heading.tsx'
import { MoreTerms } from './more-terms.tsx'
import { PreviewLine } from './preview-line.tsx'
import { useAnnounced, useStore } from './use-store.ts'

interface FormInputs {
  readonly client: Client
  readonly clock: Clock
  readonly terms: TermsAnswer
  readonly plan: Plan
  readonly share: CoverShare
  readonly index: string | undefined
  readonly speed: number
  readonly draft: Draft
  readonly takesFocus: boolean
  readonly isLost: boolean
  readonly onDraft: (draft: Draft) => void
  readonly onWish: (wish: QuoteWish) => void
}

export function TermsForm({ client, clock, terms, plan, share, index, speed, draft, takesFocus, isLost, onDraft, onWish }: FormInputs) {
  const { position, open } = share
  const [wasSent, setSent] = useState(false)
  const wished = useMemo(() => wishOf(draft, { position, open }, terms, plan), [draft, position, open, terms, plan])
  const previewed = usePreview(client, clock, wished.ok && !isLost ? wished.wish : undefined)
  const refused = previewed.kind === 'refused' ? previewed.told : undefined
  const error = (field: FormField): string | undefined => {
    if (!wished.ok) return wished.field === field ? wished.what : undefined
    return refused?.field === field ? refused.what : undefined
  }
  useAnnounced(wished.ok ? refused?.what : wasSent ? wished.what : undefined)
  const set = (change: Partial<Draft>): void => onDraft({ ...draft, ...change })
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setSent(true)
        if (!wished.ok) event.currentTarget.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
        else if (!isLost) onWish(wished.wish)
      }}
    >
      <Heading takesFocus={takesFocus}>
        Protect {position.side} {btc(open)}
      </Heading>
      <MainTerms {...{ terms, draft, set, error }} side={position.side} floorPrice={floorPriceAt(index, draft.floor, position.side)} />
      <MoreTerms {...{ terms, plan, draft, open, set, error }} />
      <PreviewLine
        previewed={previewed}
        speed={speed}
        fix={(field, to) => set(field === 'floor' ? { floor: percent(to).replace(/\u00a0%$/, '') } : { [field]: to })}
        isShownAtField={refused?.field !== undefined && refused.field !== 'leverage'}
      />
      <button type="submit" className="first" disabled={isLost} aria-disabled={!wished.ok}>
        Get a firm price
      </button>
    </form>
  )
}

interface MainInputs extends Pick<FormInputs, 'terms' | 'draft'> {
  readonly side: 'long' | 'short'
  readonly floorPrice: string | undefined
  readonly set: (change: Partial<Draft>) => void
  readonly error: (field: FormField) => string | undefined
}

function MainTerms({ terms, draft, side, floorPrice, set, error }: MainInputs) {
  return (
    <>
      <ChoiceField
        label={side === 'long' ? 'If the price falls by' : 'If the price rises by'}
        options={FLOORS}
        say={(value) => percent(`0.${value.padStart(2, '0')}`)}
        otherLabel="Another share of the price, in percent"
        value={draft.floor}
        error={error('floor')}
        hint={floorPrice === undefined ? 'the loss stops there' : `the loss stops at ${usdc(floorPrice)} or before`}
        onChange={(floor) => set({ floor })}
      />
      <ChoiceField
        label="For at least, in days"
        options={TENORS.filter((count) => Number(count) <= terms.tenorDaysMax)}
        say={(count) => count}
        otherLabel="Another number of days"
        value={draft.tenor}
        error={error('tenor')}
        hint={null}
        onChange={(tenor) => set({ tenor })}
      />
    </>
  )
}

function usePreview(client: Client, clock: Clock, wish: QuoteWish | undefined): Previewed {
  const preview = useMemo(() => new Preview(client, clock), [client, clock])
  useEffect(() => preview.want(wish), [preview, wish])
  return useStore(preview.store)
}
