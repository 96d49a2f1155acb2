/** What can be pressed at a firm price: the amount is on the button; a price that moved is accepted first, one that has gone is asked for again. */
import { usdcNamed } from '../format/amount.ts'
import type { Offered } from '../live/offer.ts'

interface Inputs {
  readonly offered: Offered
  readonly isTaking: boolean
  readonly onBuy: () => void
  readonly onAgain: () => void
  readonly onBack: () => void
}

export function OfferButtons({ offered, isTaking, onBuy, onAgain, onBack }: Inputs) {
  const isAsking = offered.kind === 'asking'
  return (
    <div className="buttons">
      {offered.kind === 'open' ? (
        <button type="button" className="first" data-action="activate" aria-disabled={isTaking} onClick={isTaking ? undefined : onBuy}>
          {isTaking
            ? 'Checking the price …'
            : `${offered.move === undefined ? 'Activate for' : 'Accept'} ${usdcNamed(offered.quote.feeUsdc)}`}
        </button>
      ) : (
        <button type="button" className="first" data-action="again" aria-disabled={isAsking} onClick={isAsking ? undefined : onAgain}>
          {isAsking ? 'Asking …' : 'Get a new price'}
        </button>
      )}
      <button type="button" className="second" onClick={onBack}>
        Change the terms
      </button>
    </div>
  )
}
