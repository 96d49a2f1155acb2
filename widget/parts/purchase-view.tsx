/** A purchase under way: what happens now, and how it ended. No button invites to a second purchase while the first one's outcome is open. */
import type { ActivationAnswer } from '#api/contract.ts'
import { usdcNamed } from '../format/amount.ts'
import type { FirmQuote } from '../live/offer.ts'
import type { Purchase, Purchasing } from '../live/purchase.ts'
import type { Told } from '../model/told.ts'
import { Heading } from './heading.tsx'
import { Note } from './note.tsx'
import { useAnnounced, useEach, useStore } from './use-store.ts'

interface Inputs {
  readonly purchase: Purchase
  readonly quote: FirmQuote
  readonly onDone: (cover: ActivationAnswer) => void
  readonly onRefused: (reason: string, what: string) => void
  readonly onAgain: () => void
  readonly onBack: () => void
}

export function PurchaseView({ purchase, quote, onDone, onRefused, onAgain, onBack }: Inputs) {
  const state = useStore(purchase.store)
  useEach(state, () => {
    if (state.kind === 'done') onDone(state.cover)
    if (state.kind === 'refused') onRefused(state.reason, state.told.what)
  })
  useAnnounced(spoken(state))
  if (state.kind === 'refused') return <Refused told={state.told} onAgain={onAgain} onBack={onBack} />
  const isOut = state.kind === 'buying' && state.isOut
  const tries = state.kind === 'buying' && state.tries > 1 ? `, try ${state.tries}` : ''
  return (
    <section className="offer">
      <Heading takesFocus>Activating …</Heading>
      <p>
        {isOut ? 'The order is at the exchange' : 'Sending the order'}: {quote.instrument} for about {usdcNamed(quote.feeUsdc)}
        {tries}.
      </p>
      <div className="skeleton" />
      {state.kind === 'buying' && state.isLineLost ? <Note told={LINE_LOST} /> : null}
      {state.kind === 'again' ? <Waiting state={state} agreed={quote} onAgain={onAgain} onStop={() => purchase.stop()} /> : null}
    </section>
  )
}

const LINE_LOST = {
  what: 'The connection is lost; the order may still be filled.',
  next: 'It is asked for again until the outcome is known, and is never bought twice.',
}

function Refused({ told, onAgain, onBack }: Pick<Inputs, 'onAgain' | 'onBack'> & { readonly told: Told }) {
  return (
    <section className="offer">
      <Heading takesFocus>Not activated</Heading>
      <Note told={told} />
      <div className="buttons">
        <button type="button" className="first" data-action="again" onClick={onAgain}>
          Get a new price
        </button>
        <button type="button" className="second" onClick={onBack}>
          Back to the positions
        </button>
      </div>
    </section>
  )
}

type Again = Extract<Purchasing, { readonly kind: 'again' }>
interface WaitingInputs {
  readonly state: Again
  readonly agreed: FirmQuote
  readonly onAgain: () => void
  readonly onStop: () => void
}

function Waiting({ state, agreed, onAgain, onStop }: WaitingInputs) {
  return (
    <>
      <Note told={{ what: state.told.what, next: waitingFor(state, agreed) }} />
      <div className="buttons">
        {state.dearer === undefined ? null : (
          <button type="button" className="first" data-action="again" onClick={onAgain}>
            Look at the new price
          </button>
        )}
        <button type="button" className="second" onClick={onStop}>
          Stop trying
        </button>
      </div>
    </>
  )
}

function spoken(state: Purchasing): string | undefined {
  if (state.kind === 'refused') return state.told.what
  if (state.kind === 'again') return 'Nothing was filled. Trying again.'
  return state.kind === 'buying' && state.isOut ? 'The order is at the exchange.' : undefined
}

function waitingFor({ dearer }: Again, agreed: FirmQuote): string {
  const limit = usdcNamed(agreed.feeUsdc)
  return dearer === undefined
    ? `Trying again for at most ${limit}.`
    : `It costs ${usdcNamed(dearer.feeUsdc)} now; waiting for ${limit} or less.`
}
