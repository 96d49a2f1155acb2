/**
 * What the account is worth at the cover's settlement, by index, with the cover and as if it had never been bought. The server gives the points
 * (exact, and linear between them); the picture only joins them, and pointing at it reads the nearest one. The line without the cover ends where
 * the venue would have closed the account: what lies beyond is not drawn, and is said.
 */
import { useState } from 'react'
import { payoffAnswer, type PayoffAnswer } from '#api/contract-protection.ts'
import { usdc, unitsOf, written } from '../format/decimal.ts'
import { instant } from '../format/time.ts'
import { AsTable } from '../chart/as-table.tsx'
import { useAnswer } from '../live/ask.ts'
import { useCovers } from '../live/use-covers.ts'
import { COVER_STATES, coverName } from '../model/cover-words.ts'
import { Choose } from '../parts/choose.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import { PayoffPlot } from './payoff-plot.tsx'
import styles from './payoff.module.css'

export const payoffPanel: FlowPanel = {
  id: 'payoff',
  title: 'Payoff at settlement, USDC',
  zone: 'whole',
  Body: PayoffPanel,
}

type Point = PayoffAnswer['points'][number]

function PayoffPanel() {
  const { answer, chosen, choose } = useCovers()
  const path = chosen === undefined || chosen.certified === null ? undefined : `/api/coverages/${chosen.coverageId}/payoff`
  const payoff = useAnswer(path, payoffAnswer, { everyMs: 3_000, keepsLast: true })
  return (
    <Answered
      answer={answer}
      minRows={23}
      narrowRows={30}
      empty={({ covers }) => (covers.length === 0 ? 'No cover was ever bought: there is nothing to pay off.' : undefined)}
    >
      {({ covers }) => (
        <>
          {covers.length < 2 ? null : (
            <Choose label="Cover" value={chosen?.coverageId ?? ''} onChoose={choose}>
              {covers.map((cover) => (
                <option key={cover.coverageId} value={cover.coverageId}>
                  {coverName(cover)}, {COVER_STATES[cover.state].word}
                </option>
              ))}
            </Choose>
          )}
          {path === undefined ? (
            <p className={styles['quiet']}>
              {chosen?.state === 'failed' ? 'This cover was never in force' : 'This cover is still being bought'}: it has no payoff.
            </p>
          ) : (
            <Answered answer={payoff} minRows={20} narrowRows={28}>
              {(data) => <Payoff key={data.coverageId} payoff={data} />}
            </Answered>
          )}
        </>
      )}
    </Answered>
  )
}

function Payoff({ payoff }: { readonly payoff: PayoffAnswer }) {
  const [at, setAt] = useState<number>()
  const { points, indexNow, index } = payoff
  const shown = nearest(points, at ?? Number(indexNow ?? index))
  return (
    <>
      <Figures point={shown} payoff={payoff} isPointed={at !== undefined} />
      <PayoffPlot payoff={payoff} shown={shown} onPoint={setAt} />
      <p className={styles['said']}>{endsOf(payoff)}</p>
      <AsTable
        summary="The payoff as a table"
        heads={['Settlement index', 'With the cover', 'Without', 'The cover brings']}
        rows={() =>
          points.map(({ index: settled, withCover, withoutCover }) => [
            usdc(settled),
            usdc(withCover),
            usdc(withoutCover),
            difference(withCover, withoutCover),
          ])
        }
      />
    </>
  )
}

interface FiguresProps {
  readonly point: Point | undefined
  readonly payoff: PayoffAnswer
  readonly isPointed: boolean
}

function Figures({ point, payoff, isPointed }: FiguresProps) {
  const isNow = !isPointed && payoff.indexNow !== null
  return (
    <dl className={styles['figures']}>
      <div>
        <dt>{isNow ? 'If it settled at the index of now' : 'If it settled at'}</dt>
        <dd data-value="payoff-index">{usdc(point?.index)}</dd>
      </div>
      <div>
        <dt>
          <Swatch line="with" /> With the cover
        </dt>
        <dd data-value="payoff-with">{usdc(point?.withCover)}</dd>
      </div>
      <div>
        <dt>
          <Swatch line="without" /> Without it
        </dt>
        <dd data-value="payoff-without">{usdc(point?.withoutCover)}</dd>
      </div>
      <div>
        <dt>
          <Swatch line="floor" /> Floor
        </dt>
        <dd data-value="payoff-floor">{usdc(payoff.floorEquity)}</dd>
      </div>
      <div>
        <dt>The cover brings</dt>
        <dd data-value="payoff-brings">{difference(point?.withCover, point?.withoutCover)}</dd>
      </div>
    </dl>
  )
}

function Swatch({ line }: { readonly line: 'with' | 'without' | 'floor' }) {
  return (
    <svg className={styles['swatch']} viewBox="0 0 28 8" aria-hidden="true" focusable="false">
      <path className={styles[line]} d="M0 4h28" />
    </svg>
  )
}

function endsOf({ liquidation, expiryIso, seq }: PayoffAnswer): string {
  const { withCover, withoutCover } = liquidation
  const bare =
    withoutCover === null
      ? 'Without the cover the venue closes the account nowhere'
      : `Without the cover the venue closes the account at ${usdc(withoutCover)}`
  const covered = withCover === null ? 'with it nowhere' : `with it at ${usdc(withCover)}`
  return `${bare}, ${covered}. Settles ${instant(expiryIso)}; fees of delivery and closing are counted; computed from certificate ${seq}.`
}

/** A difference of two figures beside each other, exact. */
function difference(left: string | undefined, right: string | undefined): string {
  const [a, b] = [unitsOf(left), unitsOf(right)]
  return a === undefined || b === undefined ? usdc(null) : written(a - b, { places: 2, signed: true })
}

function nearest(points: readonly Point[], at: number): Point | undefined {
  return points.reduce<Point | undefined>(
    (best, point) => (best === undefined || Math.abs(Number(point.index) - at) < Math.abs(Number(best.index) - at) ? point : best),
    undefined,
  )
}
