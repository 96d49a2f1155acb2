/** The picture of a smile: whiskers from bid to ask vol, the fitted curve (thin beyond the strikes it was fitted to), the forward. Floats of a model. */
import type { SmileAnswer } from '#api/contract-market.ts'
import { pathOf, Plot, type Area } from '../chart/plot.tsx'
import { padded } from '../chart/scale.ts'
import { strikeOf, vol } from '../model/vols.ts'
import styles from './smile.module.css'

interface Props {
  readonly smile: SmileAnswer
  /** The option pointed at. */
  readonly pointed: string | undefined
  readonly onPoint: (strike: number | undefined) => void
}

export function SmilePlot({ smile, pointed, onPoint }: Props) {
  const quoted = smile.quotes.filter(({ bidVol, askVol }) => bidVol !== null && askVol !== null)
  const strikes = quoted.map(({ strike }) => Number(strike))
  const inside = smile.curve.filter(({ isBeyond }) => !isBeyond).map(({ vol: value }) => value)
  const vols = [...quoted.flatMap(({ bidVol, askVol }) => [bidVol ?? 0, askVol ?? 0]), ...inside]
  const x = { domain: padded(strikes.length === 0 ? [smile.forward] : strikes, 0.03), format: strikeOf }
  const y = { domain: padded(vols, 0.06), format: (value: number) => vol(value, 0) }
  return (
    <Plot said={saidOf(smile)} height={20} x={x} y={y} onPoint={onPoint}>
      {(area) => (
        <>
          <path className={styles['forward']} d={`M${area.x(smile.forward)} ${area.top}V${area.bottom}`} />
          <text className={styles['word']} x={area.x(smile.forward) + 0.4 * area.rem} y={area.top + 0.5 * area.rem}>
            forward
          </text>
          <Curve area={area} curve={smile.curve} />
          {quoted.map(({ instrument, strike, bidVol, askVol, fault }) => (
            <Whisker
              key={instrument}
              area={area}
              strike={Number(strike)}
              low={bidVol ?? 0}
              high={askVol ?? 0}
              isPointed={instrument === pointed}
              isStale={fault !== null}
            />
          ))}
        </>
      )}
    </Plot>
  )
}

function Curve({ area, curve }: { readonly area: Area; readonly curve: SmileAnswer['curve'] }) {
  const isIn = ({ strike }: SmileAnswer['curve'][number]): boolean => strike >= area.x.domain[0] && strike <= area.x.domain[1]
  const all = curve.filter(isIn).map(({ strike, vol: value }) => [area.x(strike), area.y(value)] as const)
  const fitted = curve
    .filter((point) => isIn(point) && !point.isBeyond)
    .map(({ strike, vol: value }) => [area.x(strike), area.y(value)] as const)
  return (
    <>
      <path className={styles['beyond']} d={pathOf(all)} />
      <path className={styles['curve']} d={pathOf(fitted)} />
    </>
  )
}

interface WhiskerProps {
  readonly area: Area
  readonly strike: number
  readonly low: number
  readonly high: number
  readonly isPointed: boolean
  readonly isStale: boolean
}

function Whisker({ area, strike, low, high, isPointed, isStale }: WhiskerProps) {
  const [x, top, bottom, half] = [area.x(strike), area.y(high), area.y(low), 0.25 * area.rem]
  return (
    <path
      className={styles['whisker']}
      data-pointed={isPointed}
      data-stale={isStale}
      d={`M${x} ${top}V${bottom}M${x - half} ${top}H${x + half}M${x - half} ${bottom}H${x + half}`}
    />
  )
}

function saidOf({ quotes, fit, forward }: SmileAnswer): string {
  const quoted = quotes.filter(({ bidVol }) => bidVol !== null)
  const [first, last] = [quoted[0], quoted.at(-1)]
  const money = fit === null ? 'no smile was fitted' : `${vol(fit.atmVol)} at the money, forward ${strikeOf(forward)}`
  return `Implied volatility over the strike: ${money}; bid ${vol(first?.bidVol)} at ${strikeOf(Number(first?.strike ?? 0))}, ${vol(last?.bidVol)} at ${strikeOf(Number(last?.strike ?? 0))}`
}
