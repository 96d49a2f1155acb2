/**
 * The penny bridge: from what was put in to what the account would bring now. Every step stands with its cents, begins where the one before
 * ended, and is drawn to one scale; the unexplained rest is always shown, so that its zero can be seen.
 */
import type { CSSProperties } from 'react'
import { bridgeAnswer, type BridgeAnswer } from '#api/contract-bridge.ts'
import { useAnswer } from '../live/ask.ts'
import { isNegative, stepUsdc, unitsOf, usdc } from '../format/decimal.ts'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './bridge.module.css'

export const bridgePanel: FlowPanel = {
  id: 'bridge',
  title: 'Where the equity comes from, to the cent, USDC',
  zone: 'whole',
  Body: Bridge,
}

type Step = BridgeAnswer['steps'][number]
const EVERY_MS = 2_000
const NAMES: Readonly<Record<Step['id'], string>> = {
  contributed: 'Put in',
  position_realised: 'Position, realised',
  position_unrealised: 'Position, unrealised',
  cover_realised: 'Protection, realised',
  cover_unrealised: 'Protection, unrealised',
  fees: 'Fees',
  funding: 'Funding',
  currency: 'Currency',
  equity_mark: 'Equity at mark',
  closing_discount: 'Bid and ask instead of mark',
  equity_close: 'Equity, if all were closed now',
}

function Bridge() {
  const answer = useAnswer('/api/bridge', bridgeAnswer, { everyMs: EVERY_MS })
  return (
    <Answered answer={answer} minRows={17} narrowRows={19}>
      {({ steps, residualUsdc }) => {
        const shown = steps.filter(({ id, usdc: amount }) => id !== 'currency' || unitsOf(amount) !== 0n)
        const scale = scaleOf(shown)
        return (
          <table className={styles['bridge']}>
            <thead className="only-read">
              <tr>
                <th scope="col">Step</th>
                <th scope="col">Drawn</th>
                <th scope="col">Amount</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((step) => (
                <tr key={step.id} data-sum={step.isSum}>
                  <th scope="row">{NAMES[step.id]}</th>
                  <td aria-hidden="true">
                    <Bar step={step} scale={scale} />
                  </td>
                  <td data-value={`bridge-${step.id}`}>{step.isSum ? usdc(step.usdc) : stepUsdc(step.from, step.to)}</td>
                </tr>
              ))}
              <tr>
                <th scope="row">Unexplained</th>
                <td aria-hidden="true" />
                <td data-value="bridge-residual">{usdc(residualUsdc)}</td>
              </tr>
            </tbody>
          </table>
        )
      }}
    </Answered>
  )
}

type Scale = (amount: string) => number

/** Percent of the width; the axis begins near the least level, since what was put in would dwarf every step. For the picture alone. */
function scaleOf(steps: readonly Step[]): Scale {
  const levels = steps.map(({ to }) => Number(to))
  const [low, high] = [Math.min(...levels), Math.max(...levels)]
  const pad = (high - low || 1) * 0.08
  return (amount) => ((Number(amount) - low + pad) / (high - low + 2 * pad)) * 100
}

function Bar({ step: { from, to, usdc: amount, isSum }, scale }: { readonly step: Step; readonly scale: Scale }) {
  const [a, b] = isSum ? [scale(to), scale(to)] : [scale(from), scale(to)]
  const place = { '--from': `${Math.min(a, b)}%`, '--to': `${Math.max(a, b)}%` } as CSSProperties
  return <span className={styles['bar']} style={place} data-kind={isSum ? 'sum' : isNegative(amount) ? 'less' : 'more'} />
}
