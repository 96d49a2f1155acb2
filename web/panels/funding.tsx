/** What the perpetual charges for holding it, which side of it the account is on, and when it is next booked. Rates are positive when longs pay. */
import { fundingAnswer, type FundingAnswer } from '#api/contract-funding.ts'
import { decimal } from '../format/decimal.ts'
import { rate } from '../format/rate.ts'
import { age, countdown, instant } from '../format/time.ts'
import { useAnswer } from '../live/ask.ts'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import type { Live } from '../live/feed.ts'
import styles from './panel.module.css'

export const fundingPanel: FlowPanel = { id: 'funding', title: 'Funding', zone: 'half', Body: Funding }

type Instrument = FundingAnswer['instruments'][number]
const SIDES = { paying: 'the account pays', receiving: 'the account receives', none: 'the account is flat' } as const

function Funding({ overview }: Live) {
  const answer = useAnswer('/api/funding', fundingAnswer, { everyMs: 5_000 })
  const now = overview === undefined ? undefined : Date.parse(overview.platform.marketTimeIso)
  return (
    <Answered
      answer={answer}
      minRows={15}
      empty={({ instruments }) => (instruments.length === 0 ? 'No perpetual has stated a rate yet.' : undefined)}
    >
      {({ instruments }) => (
        <div className={styles['stack']}>
          {instruments.map((one) => (
            <One key={`${one.venue} ${one.instrument}`} one={one} now={now} />
          ))}
        </div>
      )}
    </Answered>
  )
}

function One({ one, now }: { readonly one: Instrument; readonly now: number | undefined }) {
  const { instrument, venue, position, stale, nextDueAtIso, fundingIntervalMs } = one
  return (
    <section aria-label={`${instrument} at ${venue}`}>
      <h3 className={styles['subject']}>
        <span>{instrument}</span>
        <span className={styles['state']}>{position === null ? 'never held' : SIDES[position.side]}</span>
      </h3>
      <Rows>
        <Row
          label="Rate of eight hours"
          value={rate(one.fundingRate8h)}
          isStale={stale}
          note={`${one.fundingRate8h >= 0 ? 'longs pay' : 'shorts pay'}; ${age(one.ageMs)} old`}
        />
        <Row
          label={fundingIntervalMs === null ? 'Rate of one interval' : `Rate of ${countdown(fundingIntervalMs)}`}
          value={rate(one.fundingRateInterval)}
          isStale={stale}
        />
        <Row label="A year at this rate" value={rate(one.fundingApr, 2)} isStale={stale} note="simple, no compounding" />
        <Row
          label="Next due"
          value={
            nextDueAtIso === null ? '–' : now === undefined ? instant(nextDueAtIso) : `in ${countdown(Date.parse(nextDueAtIso) - now)}`
          }
          note={nextDueAtIso === null ? 'the venue has not said its interval' : instant(nextDueAtIso)}
        />
        {position === null ? null : <Held position={position} />}
      </Rows>
    </section>
  )
}

function Held({ position }: { readonly position: NonNullable<Instrument['position']> }) {
  const { quantity, lastPaid, lastPaidCurrency, lastFundingAtIso, heldSinceIso } = position
  const received = lastPaid?.startsWith('-') === true
  return (
    <>
      <Row
        label="Held, BTC"
        value={decimal(quantity, { places: 8, trim: true, signed: true })}
        note={heldSinceIso === null ? undefined : `since ${instant(heldSinceIso)}`}
      />
      <Row
        label={`${received ? 'Last received' : 'Last paid'}${lastPaidCurrency === null ? '' : `, ${lastPaidCurrency}`}`}
        value={decimal(lastPaid?.replace('-', ''), { places: 2 })}
        note={lastFundingAtIso === null ? 'nothing was booked yet' : instant(lastFundingAtIso)}
      />
    </>
  )
}
