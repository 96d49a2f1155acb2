/** The covers that stand or are being bought: what, until when, what they cost and are worth, and what happens at their end. */
import type { OverviewCoverage } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { coin, percent, unitsOf, usdc } from '../format/decimal.ts'
import { countdown, instant } from '../format/time.ts'
import { COVER_STATES } from '../model/cover-words.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './panel.module.css'

export const coveragePanel: OverviewPanel = { id: 'coverage', title: 'Coverage', zone: 'holdings', Body: Coverage }

const HOUR_MS = 3_600_000
const RENEWALS: Readonly<Record<OverviewCoverage['renewal'], string>> = {
  'hold-limit': 'the next cover must keep the drawdown limit, or the position is closed as this one settles',
  rolling: 'the next floor follows the price; a lower one is stated and consented to',
  none: 'the position is unprotected after expiry',
}

function Coverage(live: Live) {
  return (
    <Answered
      answer={toldBy(live)}
      minRows={26}
      empty={({ coverages }) => (coverages.length === 0 ? 'No cover stands and none is being bought.' : undefined)}
    >
      {({ coverages, floor }) => (
        <div className={styles['stack']}>
          {coverages.map((cover) => (
            <Cover key={cover.coverageId} cover={cover} limit={floor?.drawdownLimitUsdc} />
          ))}
        </div>
      )}
    </Answered>
  )
}

/** Lines under half a cent are left out; they are in the quote. */
function chargeNote({ charge }: OverviewCoverage): { readonly note?: string } {
  const lines = charge.map((line) => ({ ...line, shown: usdc(line.usdc) })).filter(({ shown }) => shown !== '0.00')
  return lines.length === 0 ? {} : { note: lines.map(({ name, shown }) => `${name} ${shown}`).join(', ') }
}

/** Worst over every index, with funding and other trades so far: what `/coverage/:id/certificate` proves. */
function certifiedNote({ certified }: OverviewCoverage): string {
  if (certified === null) return 'no certificate yet'
  const { holds, worstIndexUsdc, issuedAtIso } = certified
  const proven = holds ? 'proven with all that was booked' : 'the floor does not hold'
  return `${proven} until ${instant(issuedAtIso)}; at an index of ${usdc(worstIndexUsdc)}`
}

function Cover({ cover, limit }: { readonly cover: OverviewCoverage; readonly limit: string | undefined }) {
  const { word, tone } = COVER_STATES[cover.state]
  return (
    <section aria-label={cover.instrument}>
      <h3 className={styles['subject']}>
        <span>{cover.instrument}</span>
        <span className={styles['state']}>
          <Glyph tone={tone} /> {word}
        </span>
      </h3>
      {cover.alarm === null ? null : (
        <p className={styles['alarm']}>
          <Glyph tone="bad" /> {cover.alarm}
        </p>
      )}
      <Rows>
        <Row label="Expires in, market time" value={countdown(cover.hoursLeft * HOUR_MS)} note={instant(cover.expiryIso)} />
        <Row label={`Strike of the ${cover.optionType}, USDC`} value={usdc(cover.strike)} />
        <Row label="Covered size, BTC" value={coin(cover.size)} />
        <Row label="Coverage ratio" value={percent(cover.coverageRatio)} />
        <Row label="Premium paid, USDC" value={usdc(cover.premiumUsdc)} />
        <Row label="Fee paid, USDC" value={usdc(cover.feeUsdc)} />
        <Row label="Charged in all, USDC" value={usdc(cover.chargedUsdc)} {...chargeNote(cover)} />
        <Row
          label="Worth now, at the bid, USDC"
          value={usdc(cover.mtmUsdc)}
          {...(unitsOf(cover.mtmUsdc) === 0n ? { note: 'no bid now, so it counts as nothing' } : {})}
        />
        <Row label="Drawdown limit, USDC" value={usdc(limit)} />
        <Row label="Worst at settlement, USDC" value={usdc(cover.certified?.worstEquityUsdc)} note={certifiedNote(cover)} />
        <Row label="At its end" value={cover.renewal} note={RENEWALS[cover.renewal]} />
      </Rows>
    </section>
  )
}
