/** Every cover that is remembered: those that stand first, then the ended ones, each with what it promised, cost and came to. A row opens its terms. */
import { COVERS_MAX, type CoverShown } from '#api/contract-protection.ts'
import { coin, percent, unitsOf, usdc } from '../format/decimal.ts'
import { countdown, dayAndMinute, instant } from '../format/time.ts'
import { sentence } from '../format/words.ts'
import { useCovers } from '../live/use-covers.ts'
import { COVER_STATES, coverName, isStanding } from '../model/cover-words.ts'
import { Glyph } from '../parts/glyph.tsx'
import { OpeningList, OpeningRow, type Column } from '../parts/opening-row.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './panel.module.css'

export const coversPanel: FlowPanel = { id: 'covers', title: 'Coverages, standing and ended', zone: 'whole', Body: Covers }

const COLUMNS: readonly Column[] = [
  { name: 'Cover', width: 'minmax(12.5rem, 1.6fr)' },
  { name: 'State', width: 'minmax(0, 1fr)' },
  { name: 'Ends', width: 'minmax(0, 1.1fr)' },
  { name: 'Floor, USDC', width: 'minmax(0, 1fr)', isFigure: true },
  { name: 'Charged, USDC', width: 'minmax(0, 1fr)', isFigure: true },
  { name: 'Worth or paid out, USDC', width: 'minmax(0, 1.1fr)', isFigure: true },
]

function Covers() {
  const { answer } = useCovers()
  return (
    <Answered
      answer={answer}
      minRows={9}
      narrowRows={8}
      empty={({ covers }) => (covers.length === 0 ? 'No cover was ever bought.' : undefined)}
    >
      {({ covers, total }) => (
        <>
          <OpeningList columns={COLUMNS}>
            {covers.map((cover) => (
              <Cover key={cover.coverageId} cover={cover} />
            ))}
          </OpeningList>
          {total > covers.length ? (
            <p className={styles['quiet']}>
              {total - covers.length} older ones are not shown; up to {COVERS_MAX} can be asked for.
            </p>
          ) : null}
        </>
      )}
    </Answered>
  )
}

function Cover({ cover }: { readonly cover: CoverShown }) {
  const { word, tone } = COVER_STATES[cover.state]
  const stands = isStanding(cover)
  const cells = [
    coverName(cover),
    <>
      <Glyph tone={tone} /> {word}
    </>,
    stands ? `in ${countdown(cover.msLeft)}` : dayAndMinute(cover.endedAtIso ?? cover.expiryIso),
    usdc(cover.floorEquity),
    usdc(cover.isCharged ? cover.chargedUsdc : null),
    stands ? usdc(cover.mtmUsdc) : usdc(cover.payoutUsdc),
  ]
  return (
    <OpeningRow columns={COLUMNS} cells={cells}>
      <Terms cover={cover} />
      {cover.explanation === null ? null : (
        <p className={styles['detail']}>
          {cover.explanation.gate}: {cover.explanation.code.replaceAll('_', ' ')}; {cover.explanation.field} was{' '}
          {String(cover.explanation.seen)}, limit {String(cover.explanation.limit)}
        </p>
      )}
    </OpeningRow>
  )
}

function isNothing(size: string | null): boolean {
  return size === null || unitsOf(size) === 0n
}

/** What it promised on the left, what it cost and came to on the right. */
function Terms({ cover }: { readonly cover: CoverShown }) {
  return (
    <>
      {cover.alarm === null ? null : (
        <p className={styles['alarm']}>
          <Glyph tone="bad" /> {cover.alarm}
        </p>
      )}
      <div className={styles['pair']}>
        <Rows>
          <Row
            label="Covered"
            value={`${coin(cover.filled)} BTC`}
            note={`of ${coin(cover.size)} wanted, ${cover.side}, tier ${cover.tierName}`}
          />
          {isNothing(cover.uncoveredSize) ? null : <Row label="Of the position not covered" value={`${coin(cover.uncoveredSize)} BTC`} />}
          {cover.legs.map(({ instrument, strike, size, venue, premiumUsdc }) => (
            <Row
              key={instrument}
              label={instrument}
              value={`${coin(size)} BTC`}
              note={`strike ${usdc(strike)}, at ${venue}, premium ${usdc(premiumUsdc)}`}
            />
          ))}
          <Row label="Floor price" value={usdc(cover.floorPrice)} note={`from an index of ${usdc(cover.index)}`} />
          <Row label="Drawdown limit" value={usdc(cover.drawdownLimitUsdc)} />
          <Row label="Coverage ratio" value={percent(cover.coverageRatio)} />
        </Rows>
        <Rows>
          {cover.lines.map(({ name, usdc: amount }) => (
            <Row key={name} label={sentence(name)} value={usdc(amount)} />
          ))}
          <Row label={cover.isCharged ? 'Charged in all' : 'Quoted, not charged'} value={usdc(cover.chargedUsdc)} />
          <Row label="In force since" value={cover.activatedAtIso === null ? '–' : instant(cover.activatedAtIso)} />
          <Row label="Settlement index" value={usdc(cover.settlementIndex)} note={`expiry ${instant(cover.expiryIso)}`} />
          <Row label="Follows" value={cover.previousCoverageId ?? 'none'} />
        </Rows>
      </div>
    </>
  )
}
