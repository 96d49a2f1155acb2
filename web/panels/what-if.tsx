/**
 * What if: three sliders, answered by the server's own valuation. Nothing is computed here; while a slider moves the last answer stays. Beside
 * the result stands where it comes from: exact, or a model's, and what is left out.
 */
import { useState, type ReactNode } from 'react'
import { scenarioAnswer, type ScenarioAnswer } from '#api/contract-scenario.ts'
import type { Live } from '../live/feed.ts'
import { useAnswer } from '../live/ask.ts'
import { useDebounced } from '../live/use-debounced.ts'
import { UNKNOWN, isNegative, percent, usdc } from '../format/decimal.ts'
import { countdown, instant } from '../format/time.ts'
import { coverInForce } from '../model/safety.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Slider } from '../parts/slider.tsx'
import { Answered } from '../parts/state.tsx'
import table from '../parts/table.module.css'
import { WhatIfCurve } from '../parts/what-if-curve.tsx'
import type { OverviewPanel } from './panel.ts'
import styles from './what-if.module.css'

export const whatIfPanel: OverviewPanel = {
  id: 'what-if',
  title: 'What if, by the server’s own valuation',
  zone: 'next',
  Body: WhatIf,
}

interface Move {
  readonly spot: number
  readonly iv: number
  readonly hours: number
}
const STILL: Move = { spot: 0, iv: 0, hours: 0 }
const REST_MS = 120
const EVERY_MS = 5_000
const HOUR_MS = 3_600_000
const HOURS_MAX = 24 * 14

function WhatIf({ overview }: Live) {
  const [move, setMove] = useState<Move>(STILL)
  const rested = useDebounced(move, REST_MS)
  const body = { spotPct: share(rested.spot), ivPct: share(rested.iv), hours: rested.hours }
  const answer = useAnswer('/api/scenario', scenarioAnswer, { everyMs: EVERY_MS, keepsLast: true, body })
  const cover = overview === undefined ? undefined : coverInForce(overview)
  const expiryHours = cover === undefined ? undefined : Math.ceil(cover.hoursLeft)
  return (
    <div className={styles['panel']}>
      <Sliders move={move} onMove={setMove} hoursMax={Math.min(HOURS_MAX, Math.max(72, (expiryHours ?? 0) + 24))} />
      <Presets move={move} onMove={setMove} expiryHours={expiryHours} />
      <Answered answer={answer} minRows={15} narrowRows={28}>
        {(scenario) => <Result scenario={scenario} />}
      </Answered>
    </div>
  )
}

interface MoveProps {
  readonly move: Move
  readonly onMove: (move: Move) => void
}

function Sliders({ move, onMove, hoursMax }: MoveProps & { readonly hoursMax: number }) {
  return (
    <div className={styles['sliders']}>
      <Slider
        label="Index"
        said={signed(move.spot)}
        value={move.spot}
        min={-50}
        max={50}
        step={1}
        onChange={(spot) => onMove({ ...move, spot })}
      />
      <Slider
        label="Volatility"
        said={signed(move.iv)}
        value={move.iv}
        min={-80}
        max={200}
        step={5}
        onChange={(iv) => onMove({ ...move, iv })}
      />
      <Slider
        label="Hours from now"
        said={move.hours === 0 ? 'now' : countdown(move.hours * HOUR_MS)}
        value={move.hours}
        min={0}
        max={hoursMax}
        step={1}
        onChange={(hours) => onMove({ ...move, hours })}
      />
    </div>
  )
}

function Presets({ move, onMove, expiryHours }: MoveProps & { readonly expiryHours: number | undefined }) {
  const isStill = move.spot === 0 && move.iv === 0 && move.hours === 0
  return (
    <p className={styles['presets']}>
      <button type="button" onClick={() => onMove({ ...move, spot: -10 })}>
        −10 %
      </button>
      <button type="button" onClick={() => onMove({ ...move, spot: -30 })}>
        −30 %
      </button>
      {expiryHours === undefined ? null : (
        <button type="button" onClick={() => onMove({ ...move, hours: expiryHours })}>
          at the cover’s end
        </button>
      )}
      <button type="button" disabled={isStill} onClick={() => onMove(STILL)}>
        back to now
      </button>
    </p>
  )
}

function Result({ scenario }: { readonly scenario: ScenarioAnswer }) {
  const { now, moved, index, atIso, isLiquidated, unprotectedIsLiquidated, liquidationAt } = scenario
  const end = liquidationAt.below ?? liquidationAt.above
  return (
    <div className={styles['result']}>
      <table className={table['table']}>
        <caption className="only-read">The account now and then, USDC</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="only-read">What</span>
            </th>
            <th scope="col">now</th>
            <th scope="col">then</th>
          </tr>
        </thead>
        <tbody>
          <Line label="Index" now={usdc(index.now)} then={usdc(index.moved)} />
          <Line
            label="Equity with protection"
            now={usdc(now.equityClose)}
            then={usdc(moved.equityClose)}
            isMain
            mark={isLiquidated ? 'liquidated' : undefined}
          />
          <Line
            label="Equity without it"
            now={usdc(now.unprotected)}
            then={usdc(moved.unprotected)}
            mark={unprotectedIsLiquidated ? 'liquidated' : undefined}
          />
          <Line
            label="Above the floor"
            now={usdc(now.floorDistance, true)}
            then={usdc(moved.floorDistance, true)}
            mark={isNegative(moved.floorDistance) ? 'under' : undefined}
          />
          <Line label="Above maintenance margin" now={usdc(now.marginBuffer)} then={usdc(moved.marginBuffer)} />
        </tbody>
      </table>
      <p className={styles['end']}>
        {instant(atIso)}.{' '}
        {end === null ? 'No index within 90 % of this one liquidates the account.' : `Liquidated at an index of ${usdc(end)}.`}
      </p>
      <WhatIfCurve {...scenario} />
      <Parts scenario={scenario} />
    </div>
  )
}

interface LineProps {
  readonly label: string
  readonly now: string
  readonly then: string
  readonly isMain?: boolean
  readonly mark?: string | undefined
}

function Line({ label, now, then, isMain = false, mark }: LineProps): ReactNode {
  return (
    <tr data-main={isMain}>
      <th scope="row">{label}</th>
      <td className={styles['now']}>{now}</td>
      <td data-value={isMain ? 'what-if-equity' : undefined}>
        {mark === undefined ? null : (
          <span className={styles['mark']}>
            <Glyph tone="bad" /> {mark}{' '}
          </span>
        )}
        {then}
      </td>
    </tr>
  )
}

function Parts({ scenario: { lines, model, excluded } }: { readonly scenario: ScenarioAnswer }) {
  return (
    <details className={styles['parts']}>
      <summary>Position by position, and what is a model</summary>
      <table className={table['table']}>
        <thead>
          <tr>
            <th scope="col">Position</th>
            <th scope="col">now</th>
            <th scope="col">then</th>
            <th scope="col">change</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ instrument, book, now, moved, change, basis, ivNow, ivThen }) => (
            <tr key={`${book} ${instrument}`}>
              <th scope="row">
                {instrument}
                <span className={table['soft']}>
                  {basis === 'exact' ? 'exact' : `model, volatility ${volatility(ivNow)} → ${volatility(ivThen)}`}
                </span>
              </th>
              <td>{usdc(now)}</td>
              <td>{usdc(moved)}</td>
              <td>{usdc(change, true)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul>
        {model.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        <li>Not counted: {excluded.join(', ')}.</li>
      </ul>
    </details>
  )
}

const volatility = (iv: number | null): string => (iv === null ? UNKNOWN : percent(iv.toFixed(4)))
const share = (percents: number): string => (percents / 100).toFixed(2)
const signed = (percents: number): string => percent(share(percents), true).replace('.00', '')
