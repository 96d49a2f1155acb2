/** Types of `ballast-protection-react.js`: the widget as a React component. Amounts are decimal texts, never numbers; instants are ISO 8601 in UTC. */
import type { ReactElement } from 'react'

/** A position as the page states it. */
export interface HeldPosition {
  /** 1 to 120 printable characters without spaces; each position has its own. */
  readonly id: string
  readonly asset: string
  readonly side: 'long' | 'short'
  readonly entryPrice: string
  /** Above 0. */
  readonly size: string
  /** At least 1. */
  readonly leverage: string
}

/** A function of the page that says what is held, asked whenever that is needed. */
export type FetchPositions = (signal: AbortSignal) => Promise<readonly HeldPosition[]> | readonly HeldPosition[]

/** A source of the page's own; `ballast-source-kit.js` holds it to what the widget relies on. */
export interface PositionSource {
  readonly name: string
  /** `statement`: the widget repeats what it says to the API; `server`: the API knows already. */
  readonly knownBy: 'server' | 'statement'
  /** What is held now; rejects where that cannot be said, and with the signal's reason where it was aborted. */
  load(signal: AbortSignal): Promise<readonly HeldPosition[]>
  /** Calls back after each change until the function it gave is called. Absent: the widget asks every 15 s. */
  subscribe?(changed: () => void): () => void
}

/** A firm price was shown. */
export interface Quoted {
  readonly quoteId: string
  readonly feeUsdc: string
  readonly expiresAt: string
}

export interface CoverageLeg {
  readonly instrument: string
  readonly size: string
  readonly optionType: 'put' | 'call'
  readonly strike: string
  readonly venue: string
}

/** A cover was bought: the API's answer to the activation. */
export interface Activated {
  readonly status: 'ok'
  readonly coverageId: string
  readonly coverageLegs: readonly CoverageLeg[]
  readonly expiryIso: string
  readonly floorPrice: string
  /** What the account has at least when the cover settles. */
  readonly floorEquity: string
  /** The highest settlement index the floor speaks of; null where it holds at every index. */
  readonly floorHoldsUpTo: string | null
  readonly exitCostMaxUsdc: string | null
  readonly floorExcludes: readonly string[]
  readonly uncoveredSize?: string | undefined
  readonly drawdownLimitUsdc: string
  readonly premiumUsdc: string
  /** What was charged. */
  readonly feeUsdc: string
  readonly selectedVenue: string
  readonly asOfSeq: number
}

/** A firm price or a purchase was refused: the reason by its name, and the sentence the reader was shown. */
export interface Refused {
  readonly reason: string
  readonly what: string
}

export interface BallastProtectionProps {
  /** Whose positions and covers. */
  readonly accountId: string
  /** Where the API is reachable from this page, e.g. `/ballast`; absent: on the page's own host. */
  readonly endpoint?: string
  /** Absent: `auto`, as the system is set. */
  readonly theme?: 'auto' | 'light' | 'dark'
  /**
   * What the account holds, by the page's own word. Keep it the same object while it says the same. Absent: the account's own positions, as the API
   * has them.
   */
  readonly positions?: readonly HeldPosition[] | FetchPositions | PositionSource
  /** Fixes the tier; the reader cannot choose another. */
  readonly tier?: string
  /** The plan's fixed price; a dearer cover asks for consent. */
  readonly fixedPriceUsdc?: string
  readonly onQuoted?: (quote: Quoted) => void
  readonly onActivated?: (cover: Activated) => void
  readonly onRefused?: (refusal: Refused) => void
}

export declare function BallastProtection(props: BallastProtectionProps): ReactElement
