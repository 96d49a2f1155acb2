/**
 * The firm price: what it costs, what it guarantees, until when, and what the reader agrees to. The button names the amount. A price that got worse has to be
 * seen first; a charge over the fixed price needs its own consent; an expired price is asked for again.
 */
import { useMemo, useState } from 'react'
import type { TermsAnswer } from '#api/contract-terms.ts'
import type { Client, QuoteWish } from '../api/client.ts'
import { btc, plain, usdcNamed } from '../format/amount.ts'
import { instant } from '../format/time.ts'
import { Offer } from '../live/offer.ts'
import type { FirmQuote, Offered } from '../live/offer.ts'
import type { Clock } from '../live/store.ts'
import type { MarketClock } from '../model/market-clock.ts'
import { holdsConsent } from '../model/move.ts'
import type { Move } from '../model/move.ts'
import { chargeMax, tierNamed } from '../model/wish.ts'
import { ChargeLines } from './charge-lines.tsx'
import { Consent } from './consent.tsx'
import { Heading } from './heading.tsx'
import { Hold } from './hold.tsx'
import { Note } from './note.tsx'
import { OfferButtons } from './offer-buttons.tsx'
import { Guarantee } from './guarantee.tsx'
import { useAnnounced, useEach, useStore } from './use-store.ts'

interface Inputs {
  readonly client: Client
  readonly market: MarketClock
  readonly clock: Clock
  readonly terms: TermsAnswer
  readonly wish: QuoteWish
  readonly before: FirmQuote | undefined
  /** The account holds more than is covered here. */
  readonly isPart: boolean
  readonly onBuy: (quote: FirmQuote, consents: boolean) => void
  readonly onBack: () => void
  readonly onQuoted: (quote: FirmQuote) => void
}

export function OfferView({ client, market, clock, terms, wish, before, isPart, onBuy, onBack, onQuoted }: Inputs) {
  const offer = useMemo(() => new Offer({ client, market, clock, wish, before }), [client, market, clock, wish, before])
  const offered = useStore(offer.store)
  const quote = quoteOf(offered)
  const [consentedTo, consent] = useState<string>()
  const [isTaking, setTaking] = useState(false)
  const [mustConsent, setMustConsent] = useState(false)
  useEach(offered.kind === 'open' ? offered.quote : undefined, (firm) => {
    if (firm !== undefined) onQuoted(firm)
  })
  const asked = quote?.passThrough?.consentRequired === true ? quote.passThrough.userUsdc : undefined
  const consents = asked !== undefined && holdsConsent(consentedTo, asked)
  useAnnounced(wordsOf(offered))
  const buy = async (): Promise<void> => {
    if (offered.kind !== 'open') return
    if (offered.move !== undefined) return offer.accept()
    if (asked !== undefined && !consents) return setMustConsent(true)
    setTaking(true)
    const taken = await offer.take()
    setTaking(false)
    if (taken === undefined) return
    offer.close()
    onBuy(taken, consents)
  }
  return (
    <section className="offer" aria-label="Firm price">
      <Heading takesFocus>{offered.kind === 'asking' ? 'Asking for a firm price …' : 'Firm price'}</Heading>
      {offered.kind === 'refused' ? <Note told={offered.told} /> : null}
      {offered.kind === 'asking' ? <div className="skeleton tall" /> : null}
      {quote === undefined ? null : <Priced {...{ quote, terms, wish, isPart }} />}
      {asked === undefined || quote?.passThrough === null || quote?.passThrough === undefined ? null : (
        <Consent
          passThrough={quote.passThrough}
          isGiven={consents}
          isMissing={mustConsent && !consents}
          onChange={(given) => consent(given ? asked : undefined)}
        />
      )}
      {offered.kind === 'open' && offered.move !== undefined ? <Note told={{ what: movedTo(offered.move) }} /> : null}
      {offered.kind === 'expired' ? <Note told={EXPIRED} tone="quiet" /> : null}
      {offered.kind === 'open' ? <Hold endsAt={offered.endsAt} clock={clock} /> : null}
      <OfferButtons {...{ offered, isTaking, onBack }} onBuy={() => void buy()} onAgain={() => offer.again()} />
    </section>
  )
}

const EXPIRED = { what: 'This price has expired.', next: 'Nothing was bought.' }

function Priced({ quote, terms, wish, isPart }: Pick<Inputs, 'terms' | 'wish' | 'isPart'> & { readonly quote: FirmQuote }) {
  return (
    <>
      <p className="price">
        <b className="amount" data-value="fee">
          {usdcNamed(quote.feeUsdc)}
        </b>
        <span className="soft">
          once, for {btc(quote.size)} until {instant(quote.expiryIso)}
        </span>
      </p>
      <Guarantee quote={quote} size={quote.size} side={wish.side} isPart={isPart} />
      {wish.renewal === 'rolling' ? <p>You agree to renewals whose floor follows the price: it may be lower.</p> : null}
      <ChargeLines quote={quote} max={quote.feeMaxUsdc ?? chargeMax(quote.feeUsdc, tierNamed(terms, wish.tierName))} />
    </>
  )
}

function quoteOf(offered: Offered): FirmQuote | undefined {
  if (offered.kind === 'open') return offered.quote
  return offered.kind === 'expired' ? offered.last : undefined
}

function movedTo({ what, from, to, floors = ['', ''] }: Move): string {
  const [had, has] = floors
  if (what === 'option')
    return `Another option now: ${to} instead of ${from}${had === has ? '' : `; the floor moves from ${usdcNamed(had)} to ${usdcNamed(has)}`}. Confirm it to go on.`
  if (what === 'floor') return `The floor moved from ${usdcNamed(from)} to ${usdcNamed(to)}. Confirm it to go on.`
  if (what === 'consent') return `The price is now over your plan’s fixed price: ${usdcNamed(to)}. Confirm it to go on.`
  return `The price moved from ${usdcNamed(from)} to ${usdcNamed(to)}. Confirm it to go on.`
}

function wordsOf(offered: Offered): string | undefined {
  if (offered.kind === 'open')
    return offered.move === undefined ? `Firm price: ${plain(offered.agreed.feeUsdc)} USDC.` : movedTo(offered.move)
  if (offered.kind === 'expired') return 'This price has expired. Nothing was bought.'
  return offered.kind === 'refused' ? offered.told.what : undefined
}
