/**
 * The last quotes, newest first: what was asked for, what was chosen and over what, or why there was none and what would turn it. A row opens the
 * lines of the charge, which add up, every venue's best, and the runner-up with the reason it lost.
 */
import { quotesAnswer, type CandidateShown, type QuoteShown } from '#api/contract-protection.ts'
import { coin, percent, scalar, usdc } from '../format/decimal.ts'
import { clock, countdown, day, instant } from '../format/time.ts'
import { sentence, words } from '../format/words.ts'
import { useAnswer } from '../live/ask.ts'
import { grouped, type QuoteGroup } from '../model/quote-groups.ts'
import type { Tone } from '../model/safety.ts'
import { Glyph } from '../parts/glyph.tsx'
import { OpeningList, OpeningRow, type Column } from '../parts/opening-row.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './panel.module.css'

export const recentQuotesPanel: FlowPanel = { id: 'recent-quotes', title: 'Recent quotes', zone: 'whole', Body: Quotes }

const COLUMNS: readonly Column[] = [
  { name: 'Quote', width: 'minmax(12.5rem, 1.6fr)' },
  { name: 'Asked for', width: 'minmax(0, 1.7fr)' },
  { name: 'Outcome', width: 'minmax(0, 1.7fr)' },
  { name: 'Floor, USDC', width: 'minmax(0, 0.9fr)', isFigure: true },
  { name: 'Charge, USDC', width: 'minmax(0, 0.8fr)', isFigure: true },
  { name: 'At', width: 'minmax(0, 0.9fr)' },
]
const CAUSES: Readonly<Record<NonNullable<QuoteShown['cause']>, string>> = {
  command: 'asked for',
  activation: 'priced again',
  renewal: 'for a renewal',
}

function Quotes() {
  const answer = useAnswer('/api/quotes', quotesAnswer, { everyMs: 3_000 })
  return (
    <Answered
      answer={answer}
      minRows={3}
      narrowRows={9}
      empty={({ quotes }) => (quotes.length === 0 ? 'Nothing was quoted yet.' : undefined)}
    >
      {({ quotes }) => (
        <OpeningList columns={COLUMNS}>
          {grouped(quotes).map((group, i) => (
            <Quote key={group.sinceIso ?? `old ${i}`} group={group} />
          ))}
        </OpeningList>
      )}
    </Answered>
  )
}

function Quote({ group: { newest: quote, count, sinceIso } }: { readonly group: QuoteGroup }) {
  const { terms, selected, explanation, atIso } = quote
  const { tone, word } = outcomeOf(quote)
  const floor =
    terms.drawdownFloorPct === null ? `${percent(terms.equityFloorPct)} of the equity` : `${percent(terms.drawdownFloorPct)} of the price`
  const cells = [
    nameOf(quote) ?? (count === 1 ? 'No quote' : `No quote, ${count} times`),
    `${coin(terms.size)} BTC ${terms.side}, ${floor}, ${terms.tenorDays} d`,
    <>
      <Glyph tone={tone} /> {word}
    </>,
    usdc(selected?.floorEquity),
    usdc(quote.chargedUsdc),
    atIso === null ? '–' : `${clock(atIso)} ${day(atIso)}`,
  ]
  return (
    <OpeningRow columns={COLUMNS} cells={cells}>
      {count === 1 || sinceIso === null ? null : (
        <p>
          The same reason {count} times since {instant(sinceIso)}; the newest of them:
        </p>
      )}
      {explanation === null ? null : <Why explanation={explanation} />}
      <div className={styles['pair']}>
        <Legs quote={quote} />
        {selected === null ? null : <Charge quote={quote} selected={selected} />}
        <Over quote={quote} />
      </div>
    </OpeningRow>
  )
}

function Why({ explanation }: { readonly explanation: NonNullable<QuoteShown['explanation']> }) {
  const { gate, field, seen, limit, flip } = explanation
  return (
    <p>
      {gate}: {field} was <b>{scalar(seen)}</b>, limit <b>{scalar(limit)}</b>.{' '}
      {flip === undefined ? (
        'No single change would turn it.'
      ) : (
        <>
          It would pass with {flip.field} at <b>{scalar(flip.to)}</b>.
        </>
      )}
    </p>
  )
}

/** Where it is several: each with its own part of the size. */
function Legs({ quote: { legs } }: { readonly quote: QuoteShown }) {
  if (legs.length < 2) return null
  return (
    <Rows>
      {legs.map(({ instrument, venue, size, strike, premiumUsdc }) => (
        <Row
          key={instrument}
          label={instrument}
          value={`${coin(size)} BTC`}
          note={`strike ${usdc(strike)}, at ${venue}, premium ${usdc(premiumUsdc)}`}
        />
      ))}
    </Rows>
  )
}

function Charge({ quote, selected }: { readonly quote: QuoteShown; readonly selected: CandidateShown }) {
  return (
    <Rows>
      {quote.lines.map(({ name, usdc: amount }) => (
        <Row key={name} label={sentence(name)} value={usdc(amount)} />
      ))}
      {quote.single === null ? null : (
        <Row
          label="Saved against one option"
          value={usdc(quote.single.savesUsdc)}
          note={`${quote.single.instrument} would charge ${usdc(quote.single.chargedUsdc)}, floor ${usdc(quote.single.floorEquity)}`}
        />
      )}
      <Row label="Charge, their sum" value={usdc(quote.chargedUsdc)} />
      <Row label="Premium at the venue" value={usdc(selected.premiumUsdc)} note={`its fee ${usdc(selected.feeUsdc)}`} />
      {quote.goodUntilIso === null ? null : (
        <Row
          label="Can be bought"
          value={quote.boughtAs ?? (quote.msLeft === 0 ? 'no longer' : `for ${countdown(quote.msLeft ?? 0)}`)}
          note={`until ${instant(quote.goodUntilIso)}`}
        />
      )}
    </Rows>
  )
}

function Over({ quote: { runnerUp, venues, considered, cause, renews, selected } }: { readonly quote: QuoteShown }) {
  return (
    <Rows>
      <Row
        label="Looked at"
        value={`${considered}`}
        note={cause === null ? undefined : `options; ${CAUSES[cause]}${renews === null ? '' : ` of ${renews}`}`}
      />
      {selected === null ? null : (
        <Row
          label="Runner-up"
          value={runnerUp?.instrument ?? 'none'}
          note={
            runnerUp === null
              ? undefined
              : `${usdc(runnerUp.premiumUsdc)}, floor ${usdc(runnerUp.floorEquity)}; lost: ${runnerUp.lostBecause ?? 'lower score'}`
          }
        />
      )}
      {venues.map(({ venue, premiumUsdc, isIndicative, lostBecause }) => (
        <Row
          key={venue}
          label={`${venue}${isIndicative ? ', prices only' : ''}`}
          value={usdc(premiumUsdc)}
          note={lostBecause ?? (isIndicative ? 'compared, never bought at' : 'chosen')}
        />
      ))}
    </Rows>
  )
}

function outcomeOf({ status, boughtAs, boughtState, msLeft, isPreview, explanation }: QuoteShown): {
  readonly tone: Tone
  readonly word: string
} {
  if (status === 'no_quote' || status === 'premium_floor') return { tone: 'bad', word: words(explanation?.code ?? status) }
  if (boughtState === 'failed') return { tone: 'bad', word: `tried, nothing kept: ${boughtAs ?? ''}` }
  if (boughtState === 'pending') return { tone: 'warn', word: `being bought: ${boughtAs ?? ''}` }
  if (boughtAs !== null) return { tone: 'ok', word: `bought: ${boughtAs}` }
  const variant = status === 'ok' ? 'quoted' : words(status)
  if (isPreview) return { tone: 'unknown', word: `${variant}, preview` }
  return (msLeft ?? 0) > 0 ? { tone: 'ok', word: `${variant}, open` } : { tone: 'unknown', word: `${variant}, lapsed` }
}

function nameOf({ legs, selected }: QuoteShown): string | undefined {
  return legs.length > 1 ? legs.map(({ instrument }) => instrument).join(' + ') : selected?.instrument
}
