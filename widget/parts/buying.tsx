/** The two steps after the form, loaded while the reader still looks at it: the firm price, and the purchase. */
import { useCallback } from 'react'
import type { Client } from '../api/client.ts'
import type { Flow, Tell } from '../flow.ts'
import type { Monitor, Standing } from '../live/monitor.ts'
import type { FirmQuote } from '../live/offer.ts'
import { Purchase } from '../live/purchase.ts'
import type { Clock } from '../live/store.ts'
import { isPartOf } from '../model/cover-share.ts'
import { OfferView } from './offer-view.tsx'
import { PurchaseView } from './purchase-view.tsx'

export interface BuyingInputs {
  readonly client: Client
  readonly clock: Clock
  readonly monitor: Monitor
  readonly standing: Standing
  readonly flow: Flow
  readonly tell: Tell
}

export function Buying({ client, clock, monitor, standing, flow, tell }: BuyingInputs) {
  const { step, ask, buy, done, back } = flow
  const quoted = useCallback(({ quoteId, feeUsdc, expiresAt }: FirmQuote) => tell('quoted', { quoteId, feeUsdc, expiresAt }), [tell])
  const { terms, positions } = standing
  if (step.kind === 'offer' && terms !== undefined) {
    const { wish, before } = step
    return (
      <OfferView
        {...{ client, clock, terms, wish, before }}
        market={monitor.market}
        isPart={isPartOf(positions, wish.positionSize)}
        onQuoted={quoted}
        onBack={back}
        onBuy={(quote, consents) => buy(quote, new Purchase({ client, clock, wish, agreed: quote, consents }))}
      />
    )
  }
  if (step.kind !== 'purchase') return null
  return (
    <PurchaseView
      purchase={step.purchase}
      quote={step.quote}
      onDone={done}
      onRefused={(reason, what) => tell('refused', { reason, what })}
      onAgain={() => ask(step.wish, step.quote)}
      onBack={back}
    />
  )
}
