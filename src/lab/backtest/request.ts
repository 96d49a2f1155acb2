/** What a backtest is asked, after the command line has read it. Amounts and shares are plain decimal strings; `admit-request.ts` checks them. */
import type { ConfigLayer } from '#runtime/config.ts'
import type { PositionSide } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import { RunRefusal } from '../data/run-refusal.ts'

export const ACCOUNT = 'backtest' as AccountId

export interface BacktestRequest {
  readonly data: { readonly kind: 'chains' | 'bars'; readonly path: string }
  /** UTC day or ISO instant, both ends inclusive. */
  readonly from: string
  readonly to: string
  readonly side: PositionSide
  readonly size: string
  readonly leverage: number
  /** Exactly one of the two floors; bars need none. */
  readonly drawdownFloor?: string
  readonly equityFloor?: string
  readonly tenorDays: number
  readonly cash: string
  readonly tierName: string
  readonly renewal: 'hold-limit' | 'rolling' | 'none'
  readonly premiumMax?: string
  /** Two options may be bought as one cover where that costs less. */
  readonly combinations?: 'allowed'
  /** Constant that stands in for the funding series the recording lacks. */
  readonly fundingRate8h: string
  readonly out: string
  /** Further configuration, as `--set` gives it. */
  readonly layers: readonly ConfigLayer[]
}
export interface BacktestOutcome {
  /** 0; 3 when the floor could not be bought at any snapshot. */
  readonly exitCode: 0 | 3
  readonly reportHtml: string
  readonly reportJson: string
  readonly summary: readonly string[]
}

/** The run was not begun, or could not go on: nothing is written. */
export class BacktestRefusal extends RunRefusal {
  override readonly name = 'BacktestRefusal'
}
