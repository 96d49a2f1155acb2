/** How long the offer stands, as a bar and in seconds. Told to screen readers at 20, 10 and 5 seconds, not at each. */
import { SESSION_MS } from '../live/offer.ts'
import type { Clock } from '../live/store.ts'
import { countdown } from '../format/time.ts'
import { useAnnounced, useNow } from './use-store.ts'

const TOLD_AT = [5, 10, 20] as const

export function Hold({ endsAt, clock }: { readonly endsAt: number; readonly clock: Clock }) {
  const left = Math.max(0, endsAt - useNow(clock, 250))
  const seconds = Math.ceil(left / 1_000)
  const step = TOLD_AT.find((at) => seconds <= at)
  useAnnounced(step === undefined ? undefined : `The offer stands for ${step} seconds more.`)
  return (
    <p className="hold">
      <i aria-hidden="true" style={{ width: `${Math.min(100, (100 * left) / SESSION_MS)}%` }} />
      <span className="soft">
        Offer stands for <span data-value="hold">{countdown(left)}</span>
      </span>
    </p>
  )
}
