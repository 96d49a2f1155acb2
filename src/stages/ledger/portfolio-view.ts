/**
 * `GET /portfolio/positions`: stated positions valued at the mark (C-70). Profit = (mark - entry) x size x direction, in USDC, rounded
 * half-even at 1e-18; without a mark the price, profit and age are null, never zero.
 */
import { multiplyUnits, formatUnits } from '#units/exact.ts'
import type { BtcUsdc } from '#units/price.ts'
import type { EpochMs } from '#units/time.ts'
import type { Observed } from '#domain/observed.ts'
import type { StoredPortfolio, StoredPosition } from './portfolio.ts'

export interface ViewedPosition {
  readonly id: string
  readonly asset: 'BTC'
  readonly side: 'long' | 'short'
  readonly entryPrice: string
  readonly size: string
  readonly leverage: string
  readonly marginUsd: string
  readonly markPrice: string | null
  readonly pnlUsdc: string | null
  readonly markAgeMs: number | null
}

export function viewPortfolio({ positions }: StoredPortfolio, mark: Observed<BtcUsdc> | undefined, at: EpochMs): readonly ViewedPosition[] {
  return positions.map((position) => ({
    id: position.id,
    asset: position.asset,
    side: position.side,
    entryPrice: position.entryPrice.toString(),
    size: position.size.toString(),
    leverage: position.leverage.toString(),
    marginUsd: position.marginUsd.toString(),
    ...valued(position, mark, at),
  }))
}

function valued(
  { side, entryPrice, size }: StoredPosition,
  mark: Observed<BtcUsdc> | undefined,
  at: EpochMs,
): Pick<ViewedPosition, 'markPrice' | 'pnlUsdc' | 'markAgeMs'> {
  if (mark === undefined) return { markPrice: null, pnlUsdc: null, markAgeMs: null }
  const { value } = mark.lastKnown()
  const gain = value.units - entryPrice.units
  const pnl = multiplyUnits(side === 'long' ? gain : -gain, size.units)
  return { markPrice: value.toString(), pnlUsdc: formatUnits(pnl), markAgeMs: mark.ageMs(at) }
}
