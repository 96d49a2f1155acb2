/** A cover that stands: that it is active, what it guarantees, what it is worth, how much it covers, when it ends. An alarm comes before all numbers. */
import { useEffect, useState } from 'react'
import type { ActiveCoverage } from '#api/contract.ts'
import type { MtmAnswer } from '#api/contract-proof.ts'
import { btc, compare, percent, unitsOf, usdc } from '../format/amount.ts'
import { countdown, instant } from '../format/time.ts'
import type { Clock } from '../live/store.ts'
import { heldFrom, sizeOf } from '../model/cover-share.ts'
import type { MarketClock } from '../model/market-clock.ts'
import { toldOfAlarm } from '../model/told.ts'
import { Glyph } from './glyph.tsx'
import { lastKnown } from './last-known.ts'
import { Guarantee } from './guarantee.tsx'
import { Note } from './note.tsx'
import { Row, Rows } from './rows.tsx'
import { useNow } from './use-store.ts'

interface Inputs {
  readonly cover: ActiveCoverage
  readonly mark: MtmAnswer['positions'][number] | undefined
  readonly market: MarketClock
  readonly clock: Clock
  readonly isNew: boolean
  readonly isPart: boolean
  readonly isOpen: boolean
  /** The line is lost: what stood may stand no more. */
  readonly isOld: boolean
  /** Of the one position it names; else the account's ratio is shown. */
  readonly share: string | undefined
  readonly onCertificate: (coverageId: string) => void
}

export function CoverCard({ cover, mark, market, clock, isNew, isPart, isOpen, isOld, share, onCertificate }: Inputs) {
  useNow(clock, 1_000)
  const { coverageId, coverageLegs, expiryIso, mtmUsdc, coverageRatio, feeUsdc, floorEquity, drawdownLimitUsdc, alarm } = cover
  const [leg] = coverageLegs
  const side = leg?.optionType === 'call' ? 'short' : 'long'
  const size = sizeOf(cover)
  const left = market.until(expiryIso)
  const strike = heldFrom(cover)
  return (
    <details className="cover" data-cover={coverageId} data-new={isNew} open={isOpen}>
      <summary>
        <h3>
          <Glyph tone={isOld ? 'quiet' : alarm === undefined ? 'ok' : 'warn'} /> {lastKnown(left > 0 ? 'Active' : 'Settling', isOld)}{' '}
          <span className="soft">
            · {btc(size)} {side === 'long' ? 'under' : 'over'} {usdc(strike)}
          </span>
        </h3>
      </summary>
      <div className="inside">
        {alarm === undefined ? null : <Alarm alarm={alarm} />}
        <Guarantee quote={{ ...cover, strike }} size={size} side={side} isPart={isPart} isInDoubt={cover.certificateHolds === false} />
        <Rows>
          <Row label="ends in" value={countdown(left)} note={instant(expiryIso)} name="ends-in" />
          <Row label="covered" value={percent(share ?? coverageRatio)} name="ratio" />
          <Row
            label="worth now"
            value={usdc(mtmUsdc)}
            name="mtm"
            {...(unitsOf(mtmUsdc) === 0n ? { note: 'nobody bids for it now' } : {})}
          />
          <Row label="paid" value={usdc(feeUsdc)} name="paid" />
          {compare(drawdownLimitUsdc, floorEquity) === 0 ? null : <Row label="drawdown limit" value={usdc(drawdownLimitUsdc)} />}
          {mark === undefined ? null : <Row label="equity above limit" value={usdc(mark.drawdownBufferUsdc)} name="buffer" />}
        </Rows>
        <button type="button" className="link" onClick={() => onCertificate(coverageId)}>
          Certificate
        </button>
      </div>
    </details>
  )
}

/** By its name at once, in a sentence as soon as that is loaded. */
function Alarm({ alarm }: { readonly alarm: string }) {
  const [what, setWhat] = useState(`Alarm: ${alarm.replaceAll('_', ' ')}.`)
  useEffect(() => {
    toldOfAlarm(alarm).then(setWhat, () => undefined)
  }, [alarm])
  return <Note told={{ what }} />
}
