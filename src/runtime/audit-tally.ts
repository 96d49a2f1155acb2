/**
 * Sums over the audit trail for `GET /audit/summary`: how often each documented event came, what covers cost and paid, what was credited, how orders
 * were filled. It reads the trail on from where it stopped, a page at a time, and gives the thread back between pages; the trail is on the
 * medium, so a restart reads it again once. A tally may be of one account alone. Amounts are exact USDC. The executive view gets nothing of the platform's own economics.
 */
import { setImmediate } from 'node:timers/promises'
import { usdc, zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import type { Json } from '#topics/schema.ts'
import type { AuditEntry, Platform } from './platform.ts'

type Usdc = Money<'USDC'>
type Payload = Readonly<Record<string, Json>>

const PAGE = 500
const LAST_KEPT = 20

export interface Quality {
  orders: number
  filledRatioSum: number
  betterThanLimitSum: number
  /** Orders with a price against their bound. */
  priced: number
}
export class AuditTally {
  readonly counts = new Map<string, number>()
  readonly quality: Quality = { orders: 0, filledRatioSum: 0, betterThanLimitSum: 0, priced: 0 }
  /** The newest payload of an event that is a state rather than a happening. */
  readonly latest = new Map<string, Payload>()
  from: string | undefined
  to: string | undefined
  premium: Usdc = zero()
  payouts: Usdc = zero()
  credits: Usdc = zero()
  readonly #entries: Platform['auditEntries']
  readonly #account: string | undefined
  #exec: AuditEntry[] = []
  #all: AuditEntry[] = []
  #seq = 0
  #reading: Promise<void> | undefined

  constructor(entries: Platform['auditEntries'], account: string | undefined) {
    this.#entries = entries
    this.#account = account
  }

  /** Newest last. */
  last(view: 'exec' | 'internal'): readonly AuditEntry[] {
    return view === 'exec' ? this.#exec : this.#all
  }

  catchUp(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<void> {
    for (;;) {
      const page = this.#entries({ after: this.#seq, limit: PAGE, includeInternal: true, account: this.#account })
      for (const entry of page) this.#add(entry)
      if (page.length < PAGE) return
      await setImmediate()
    }
  }

  #add(entry: AuditEntry): void {
    const { seq, ts, event, view } = entry
    this.#seq = seq
    this.from ??= ts
    this.to = ts
    this.counts.set(event, (this.counts.get(event) ?? 0) + 1)
    this.#all = [...this.#all, entry].slice(-LAST_KEPT)
    if (view === 'exec') this.#exec = [...this.#exec, entry].slice(-LAST_KEPT)
    this.#sum(event, isFields(entry.payload) ? entry.payload : {})
  }

  #sum(event: string, payload: Payload): void {
    switch (event) {
      case 'coverage_activated':
        this.premium = this.premium.plus(amount(payload['premiumUsdc']))
        return
      case 'option_payout':
        this.payouts = this.payouts.plus(amount(payload['payoutUsdc']))
        return
      case 'mtm_credit': // `demo_credit` repeats it as margin
        this.credits = this.credits.plus(amount(payload['creditUsdc']))
        return
      case 'execution_quality':
        return this.#addQuality(payload)
      case 'liquidity_update':
      case 'risk_budget_update':
        this.latest.set(event, payload)
    }
  }

  #addQuality({ filledRatio, betterThanLimit }: Payload): void {
    this.quality.orders += 1
    this.quality.filledRatioSum += Number(filledRatio ?? 0)
    if (typeof betterThanLimit !== 'string') return
    this.quality.priced += 1
    this.quality.betterThanLimitSum += Number(betterThanLimit)
  }
}

function amount(value: Json | undefined): Usdc {
  return typeof value === 'string' ? usdc(value) : zero()
}

function isFields(value: Json): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
