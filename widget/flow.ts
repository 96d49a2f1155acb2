/** The steps of the flow: how the account stands, a firm price, a purchase; and what leads from one to the next. */
import { useCallback, useEffect, useState } from 'react'
import type { ActivationAnswer } from '#api/contract.ts'
import type { QuoteWish } from './api/client.ts'
import type { Monitor } from './live/monitor.ts'
import type { FirmQuote } from './live/offer.ts'
import type { Purchase } from './live/purchase.ts'

export type Step =
  | { readonly kind: 'overview' }
  | { readonly kind: 'offer'; readonly wish: QuoteWish; readonly before?: FirmQuote }
  | { readonly kind: 'purchase'; readonly wish: QuoteWish; readonly quote: FirmQuote; readonly purchase: Purchase }
/** What the host page is told. */
export interface Told {
  quoted: { readonly quoteId: string; readonly feeUsdc: string; readonly expiresAt: string }
  activated: ActivationAnswer
  refused: { readonly reason: string; readonly what: string }
}
export type Tell = <Name extends keyof Told>(name: Name, detail: Told[Name]) => void
export interface Flow {
  readonly step: Step
  /** The cover that was bought last. */
  readonly bought: ActivationAnswer | undefined
  readonly ask: (wish: QuoteWish, before?: FirmQuote) => void
  readonly buy: (quote: FirmQuote, purchase: Purchase) => void
  readonly done: (cover: ActivationAnswer) => void
  readonly back: () => void
}

interface Inputs {
  readonly monitor: Monitor
  readonly announce: (words: string) => void
  readonly tell: Tell
}

export function useFlow({ monitor, announce, tell }: Inputs): Flow {
  const [step, setStep] = useState<Step>({ kind: 'overview' })
  const [bought, setBought] = useState<ActivationAnswer>()
  const purchase = step.kind === 'purchase' ? step.purchase : undefined
  useEffect(() => () => purchase?.leave(), [purchase])
  const back = useCallback(() => {
    setStep({ kind: 'overview' })
    monitor.refresh()
  }, [monitor])
  const done = useCallback(
    (cover: ActivationAnswer) => {
      setBought(cover)
      back()
      announce('Protection is active.')
      tell('activated', cover)
    },
    [back, announce, tell],
  )
  const ask = (wish: QuoteWish, before?: FirmQuote): void => setStep({ kind: 'offer', wish, ...(before === undefined ? {} : { before }) })
  const buy = (quote: FirmQuote, purchase: Purchase): void => {
    if (step.kind === 'offer') setStep({ kind: 'purchase', wish: step.wish, quote, purchase })
  }
  return { step, bought, ask, buy, done, back }
}
