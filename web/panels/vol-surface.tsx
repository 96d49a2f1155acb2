/**
 * The surface as a table of figures on shades: each expiry's smile read at the same share of the forward. The figures are the text, the shade only
 * helps the eye; a figure in brackets lies beyond the strikes that were fitted, an empty cell beyond what may be read. Below: what was left out.
 */
import { surfaceAnswer, type SurfaceAnswer } from '#api/contract-market.ts'
import { scalar } from '../format/decimal.ts'
import { age, instant } from '../format/time.ts'
import { AsTable } from '../chart/as-table.tsx'
import { useAnswer } from '../live/ask.ts'
import { expiryName, points, strikeOf, vol } from '../model/vols.ts'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './vol-surface.module.css'

export const volSurfacePanel: FlowPanel = {
  id: 'vol-surface',
  title: 'Surface, implied volatility in %',
  zone: 'whole',
  Body: Surface,
}

/** Ink stays readable on it, light and dark. */
const SHADE_MAX = 50

function Surface() {
  const answer = useAnswer('/api/market/surface', surfaceAnswer, { everyMs: 10_000 })
  return (
    <Answered answer={answer} minRows={25} narrowRows={28}>
      {(surface) => (
        <>
          <Heat surface={surface} />
          <p className={styles['quiet']}>{ageOf(surface)}</p>
          <LeftOut surface={surface} />
          <AsTable
            summary="Parameters and errors of the fits"
            heads={['Expiry', 'Forward', 'At the money', 'Reversal', 'Butterfly', 'Strikes', 'Inside', 'Error', 'alpha', 'nu', 'rho']}
            rows={() =>
              surface.expiries.map((one) => [
                expiryName(one),
                strikeOf(one.forward),
                vol(one.atmVol),
                points(one.riskReversal25),
                points(one.butterfly25),
                one.strikes,
                vol(one.insideShare, 0),
                vol(one.rmse, 2),
                one.sabr.alpha.toFixed(3),
                one.sabr.nu.toFixed(3),
                one.sabr.rho.toFixed(3),
              ])
            }
          />
        </>
      )}
    </Answered>
  )
}

function Heat({ surface: { grid, expiries } }: { readonly surface: SurfaceAnswer }) {
  // shades span what was fitted: what is read beyond the strikes must not be what the eye goes to
  const known = grid.rows.flatMap(({ cells }) => cells.flatMap(({ vol: value, isBeyond }) => (value === null || isBeyond ? [] : [value])))
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const shadeOf = (value: number): number => Math.round(((value - low) / (high - low || 1)) * SHADE_MAX)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section ref={atTheMoney} className={styles['scroll']} aria-label="Surface" tabIndex={0}>
      <table className={styles['heat']}>
        <caption className="only-read">Implied volatility in percent by expiry and strike over forward</caption>
        <thead>
          <tr>
            <th scope="col">Strike over forward</th>
            {grid.moneyness.map((moneyness) => (
              <th key={moneyness} scope="col" data-money={moneyness === 1}>
                {moneyness.toFixed(2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map(({ expiryIso, cells }, i) => (
            <tr key={expiryIso}>
              <th scope="row">{expiryName(expiries[i] ?? { expiryIso, daysLeft: 0 })}</th>
              {cells.map(({ vol: value, isBeyond }, place) => (
                <td
                  key={grid.moneyness[place]}
                  style={
                    value === null || isBeyond
                      ? undefined
                      : { background: `color-mix(in oklab, var(--series-protected) ${shadeOf(value)}%, var(--paper))` }
                  }
                >
                  {value === null ? '' : isBeyond ? `(${(value * 100).toFixed(1)})` : (value * 100).toFixed(1)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Where the table is wider than its place, the money is what is seen first. */
function atTheMoney(place: HTMLElement | null): void {
  const head = place?.querySelector<HTMLElement>('[data-money=true]')
  if (place === null || head === null || head === undefined) return
  place.scrollLeft = head.offsetLeft - place.clientWidth / 2
}

function LeftOut({ surface: { refused, quoteFaults } }: { readonly surface: SurfaceAnswer }) {
  const faults = quoteFaults.map(({ fault, count }) => `${fault.replaceAll('_', ' ')} ${count}`).join(', ')
  return (
    <>
      {refused.map(({ expiryIso, explanation: { code, field, seen, limit } }) => (
        <p key={expiryIso} className={styles['quiet']}>
          {instant(expiryIso)} has no smile: {code.replaceAll('_', ' ')}, {field} was {scalar(seen)}, limit {scalar(limit)}.
        </p>
      ))}
      {faults === '' ? null : <p className={styles['quiet']}>Quotes that state no volatility: {faults}.</p>}
    </>
  )
}

function ageOf({ venue, fittedAtIso, ageMs, maxAgeMs, isStale }: SurfaceAnswer): string {
  const quotes = `its oldest quote is ${age(ageMs)} old, at most ${age(maxAgeMs)}`
  return `${isStale ? 'Stale. ' : ''}Fitted to the options of ${venue} ${instant(fittedAtIso)}; ${quotes}. In brackets: beyond the strikes fitted.`
}
