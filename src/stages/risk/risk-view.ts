/** All that the rules of `limits.ts` may look at, as plain data taken between two events. Sizes and amounts as counts of 1e-18. */
import type { BtcUsdc } from '#units/price.ts'
import type { EpochMs } from '#units/time.ts'
import type { Brake } from '#domain/brakes.ts'
import type { Observed } from '#domain/observed.ts'
import type { AccountValue } from '#topics/account.ts'
import type { Reach, Worth } from './exposure.ts'
import type { RateWindow } from './rate-window.ts'

export interface RiskView {
  readonly at: EpochMs
  readonly hasSession: boolean
  readonly isDuplicate: boolean
  readonly brake: Brake | undefined
  /** The books against the venue's statement since this session began. */
  readonly reconciliation: 'matched' | 'differs' | 'none'
  readonly linkState: 'up' | 'down' | 'none'
  readonly clockOffsetMs: number
  readonly index: Observed<BtcUsdc> | undefined
  /** The instrument's own mark, for perpetuals and spot. */
  readonly mark: Observed<BtcUsdc> | undefined
  readonly position: bigint
  readonly reach: Reach
  /** What orders in flight on the intent's side may already take off the position. */
  readonly reducing: bigint
  /** Worst case of the book's other instruments. */
  readonly others: Worth
  /** USDC that orders in flight may still take. */
  readonly committed: bigint
  readonly value: AccountValue | undefined
  readonly approvals: RateWindow
  readonly reductions: RateWindow
  readonly renewals: RateWindow
  /** Approved in this very step, not yet in the windows. */
  readonly pending: number
  readonly pendingReductions: number
  readonly pendingRenewals: number
}
