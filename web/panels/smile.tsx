/**
 * One expiry: what the options state (bid to ask as whiskers), the smile fitted through them, and how well it fits. Quotes are of now, the fit of its
 * own instant, so a quote may stand off the curve that was right a minute ago. A quote that states no vol is in the table with its reason.
 */
import { useState } from 'react'
import { smileAnswer, surfaceAnswer, type SmileAnswer, type SurfaceAnswer } from '#api/contract-market.ts'
import { decimal } from '../format/decimal.ts'
import { age, instant } from '../format/time.ts'
import { AsTable } from '../chart/as-table.tsx'
import { useAnswer } from '../live/ask.ts'
import { pathWith, useSearch } from '../live/use-search.ts'
import { expiryName, points, strikeOf, vol } from '../model/vols.ts'
import { Choose } from '../parts/choose.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import { SmilePlot } from './smile-plot.tsx'
import styles from './smile.module.css'

export const smilePanel: FlowPanel = { id: 'smile', title: 'Smile of one expiry', zone: 'whole', Body: Smile }

const TENOR_WANTED_DAYS = 7

function Smile() {
  const surface = useAnswer('/api/market/surface', surfaceAnswer, { everyMs: 10_000 })
  const { get, set } = useSearch()
  const expiryIso = chosenOf(surface.data, get('expiry'))
  const path = expiryIso === undefined ? undefined : pathWith('/api/market/smile', { expiryIso })
  const smile = useAnswer(path, smileAnswer, { everyMs: 3_000, keepsLast: true })
  return (
    <Answered
      answer={surface}
      minRows={22}
      narrowRows={41}
      empty={({ expiries }) => (expiries.length === 0 ? 'No expiry has a smile now; below is why.' : undefined)}
    >
      {({ expiries, refused }) => (
        <>
          <Choose label="Expiry" value={expiryIso ?? ''} onChoose={(expiry) => set({ expiry })}>
            {expiries.map((expiry) => (
              <option key={expiry.expiryIso} value={expiry.expiryIso}>
                {expiryName(expiry)}
              </option>
            ))}
            {refused.map((one) => (
              <option key={one.expiryIso} value={one.expiryIso}>
                {instant(one.expiryIso)}, no smile
              </option>
            ))}
          </Choose>
          <Answered answer={smile} minRows={20} narrowRows={36}>
            {(data) => <Expiry key={data.expiryIso} smile={data} />}
          </Answered>
        </>
      )}
    </Answered>
  )
}

/** The one in the address while it is listed, else the first of about a week: what protection is bought at. */
function chosenOf(surface: SurfaceAnswer | undefined, wanted: string): string | undefined {
  if (surface === undefined) return undefined
  const listed = [...surface.expiries, ...surface.refused].map(({ expiryIso }) => expiryIso)
  if (listed.includes(wanted)) return wanted
  return (surface.expiries.find(({ daysLeft }) => daysLeft >= TENOR_WANTED_DAYS) ?? surface.expiries.at(-1))?.expiryIso ?? listed[0]
}

function Expiry({ smile }: { readonly smile: SmileAnswer }) {
  const [strike, setStrike] = useState<number>()
  const { quotes, fittedAtIso } = smile
  const pointed = strike === undefined ? undefined : nearest(quotes, strike)
  return (
    <div className={styles['smile']}>
      <div>
        <p className={styles['legend']}>
          <Swatch /> bid to ask, of now <i className={styles['curveSwatch']} aria-hidden="true" /> fitted {instant(fittedAtIso)}
        </p>
        <SmilePlot smile={smile} pointed={pointed?.instrument} onPoint={setStrike} />
        <p className={styles['pointed']} aria-hidden="true">
          {pointed === undefined
            ? '\u00a0'
            : `${strikeOf(Number(pointed.strike))}: bid ${vol(pointed.bidVol)}, ask ${vol(pointed.askVol)}, smile ${vol(pointed.modelVol)}`}
        </p>
      </div>
      <Fit smile={smile} />
      <SmileTable quotes={quotes} />
    </div>
  )
}

/** How well the curve stands for the quotes, or why there is none. */
function Fit({ smile: { fit, refused, quotes } }: { readonly smile: SmileAnswer }) {
  const silent = quotes.filter(({ fault }) => fault !== null)
  return (
    <div>
      {fit === null ? (
        <p className={styles['quiet']}>
          No smile:{' '}
          {refused === null
            ? 'it was not fitted yet'
            : `${refused.code.replaceAll('_', ' ')}; ${refused.field} was ${String(refused.seen)}, limit ${String(refused.limit)}`}
          .
        </p>
      ) : (
        <Rows>
          <Row label="At the money" value={vol(fit.atmVol)} note={`forward ${strikeOf(fit.forward)}`} />
          <Row label="Risk reversal, 25 delta" value={points(fit.riskReversal25)} note="call less put, vol points" />
          <Row label="Butterfly, 25 delta" value={points(fit.butterfly25)} />
          <Row label="Strikes fitted" value={String(fit.strikes)} note={`${strikeOf(fit.quotedLow)} to ${strikeOf(fit.quotedHigh)}`} />
          <Row label="Between bid and ask" value={vol(fit.insideShare, 0)} note="of the fitted strikes" />
          <Row label="Error of the fit" value={vol(fit.rmse, 2)} note="root mean square, weighted, in vol" />
          <Row
            label="SABR alpha, nu, rho"
            value={[fit.sabr.alpha, fit.sabr.nu, fit.sabr.rho].map((one) => decimal(one.toFixed(6), { places: 3 })).join(' / ')}
            note={`beta ${fit.sabr.beta}`}
          />
          <Row label="State no vol" value={String(silent.length)} note={faultsOf(silent)} />
        </Rows>
      )}
    </div>
  )
}

function SmileTable({ quotes }: Pick<SmileAnswer, 'quotes'>) {
  return (
    <AsTable
      summary="The smile as a table"
      heads={['Strike', 'Option', 'Bid vol', 'Ask vol', 'Smile', 'Bid, coin', 'Ask, coin', 'Age', 'No vol because']}
      rows={() =>
        quotes.map(({ strike: at, instrument, bidVol, askVol, modelVol, bidCoin, askCoin, ageMs, fault }) => [
          strikeOf(Number(at)),
          instrument,
          vol(bidVol),
          vol(askVol),
          vol(modelVol),
          decimal(bidCoin, { places: 4 }),
          decimal(askCoin, { places: 4 }),
          age(ageMs),
          fault === null ? '' : fault.replaceAll('_', ' '),
        ])
      }
    />
  )
}

function Swatch() {
  return (
    <svg className={styles['swatch']} viewBox="0 0 8 16" aria-hidden="true" focusable="false">
      <path className={styles['whisker']} d="M4 2V14M1 2H7M1 14H7" />
    </svg>
  )
}

function faultsOf(silent: SmileAnswer['quotes']): string | undefined {
  const counts = new Map<string, number>()
  for (const { fault } of silent) if (fault !== null) counts.set(fault, (counts.get(fault) ?? 0) + 1)
  return counts.size === 0 ? undefined : [...counts].map(([fault, count]) => `${fault.replaceAll('_', ' ')} ${count}`).join(', ')
}

function nearest(quotes: SmileAnswer['quotes'], strike: number): SmileAnswer['quotes'][number] | undefined {
  return quotes.toSorted((a, b) => Math.abs(Number(a.strike) - strike) - Math.abs(Number(b.strike) - strike))[0]
}
