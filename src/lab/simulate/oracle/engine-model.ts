/**
 * What the engine has said of itself, event by event, kept only to be compared with what venue and clients saw: the sum of its postings,
 * its positions, its order states, its covers. Rebuilt from the journal after every start. I5 and I12 are judged on every event.
 */
import { TERMINAL_STATES } from '#domain/order.ts'
import type { AnyEvent } from '#engine/component.ts'
import type { AccountValue, Posting } from '#topics/account.ts'
import type { OrderStateChange } from '#topics/orders.ts'
import type { Coverage } from '#topics/protection.ts'
import { insaneNumberIn } from './sane.ts'
import type { Verdict } from './verdict.ts'

const CASH = 'cash'

export class EngineModel {
  #verdict: Verdict
  readonly cash = new Map<string, bigint>()
  /** `account instrument` -> book -> signed size. */
  readonly positions = new Map<string, Map<string, bigint>>()
  readonly orders = new Map<string, OrderStateChange>()
  readonly covers = new Map<string, Coverage>()
  readonly reconciled = new Map<string, string>()
  readonly brakes = new Set<string>()
  readonly #contributed = new Map<string, bigint>()
  confirmations = 0
  qualityRecords = 0
  readonly activations = new Map<string, number>()

  constructor(verdict: Verdict) {
    this.#verdict = verdict
  }

  /** What was heard so far counts, also what was found wrong with it. */
  judgeBy(verdict: Verdict): void {
    const { violation } = this.#verdict
    this.#verdict = verdict
    if (violation !== undefined) verdict.fail(violation.invariant, violation.detail)
  }

  take(event: AnyEvent): void {
    const insane = insaneNumberIn(event.body)
    this.#verdict.check(insane === undefined, 'I12', () => `event ${event.seq} ${event.topic}${insane ?? ''}`)
    switch (event.topic) {
      case 'postings':
        return this.#posting(event.body)
      case 'account_values':
        return this.#bridge(event.body)
      case 'position_states': {
        const { account, instrument, book, quantity } = event.body
        const books = this.positions.get(`${account} ${instrument}`) ?? new Map<string, bigint>()
        this.positions.set(`${account} ${instrument}`, books.set(book, quantity.units))
        return
      }
      case 'order_states':
        this.orders.set(event.body.orderId, event.body)
        return
      case 'coverages':
        this.covers.set(event.body.coverageId, event.body)
        return
      case 'reconciliations':
        this.reconciled.set(event.body.account, event.body.state)
        return
      case 'trade_confirmations':
        this.confirmations++
        return
      case 'audit_events':
        return this.#audit(event)
      default:
    }
  }

  /** Orders whose end the engine does not know. */
  open(): readonly OrderStateChange[] {
    return [...this.orders.values()].filter(({ state }) => !TERMINAL_STATES.has(state))
  }

  #posting({ entries, reference, kind, account }: Posting): void {
    const sums = new Map<string, bigint>()
    for (const { currency, amount, ledgerAccount } of entries) {
      sums.set(currency, (sums.get(currency) ?? 0n) + amount.units)
      if (ledgerAccount === CASH) this.cash.set(`${account} ${currency}`, (this.cash.get(`${account} ${currency}`) ?? 0n) + amount.units)
      if (ledgerAccount === CASH && currency === 'USDC' && (kind === 'opening' || kind === 'transfer'))
        this.#contributed.set(account, (this.#contributed.get(account) ?? 0n) + amount.units)
    }
    for (const [currency, sum] of sums) this.#verdict.check(sum === 0n, 'I5', () => `posting ${reference} leaves ${sum} of ${currency}`)
  }

  /** Equity change = realised + unrealised - fees + funding (account sign) + result of coin held, exactly. */
  #bridge(value: AccountValue): void {
    const { equityMark, realised, unrealised, fees, funding, currencyResult } = value
    const explained = realised.units + unrealised.units - fees.units + funding.units + (currencyResult?.units ?? 0n)
    const residual = equityMark.units - (this.#contributed.get(value.account) ?? 0n) - explained
    this.#verdict.check(residual === 0n || value.missingPositions.length > 0, 'I5', () => `the bridge leaves ${residual}e-18 USDC`)
  }

  #audit({ body }: Extract<AnyEvent, { topic: 'audit_events' }>): void {
    if (body.event === 'execution_quality') this.qualityRecords++
    if (body.event !== 'coverage_activated') return
    const payload = body.payload as { readonly coverageId?: string }
    const id = payload.coverageId ?? ''
    this.activations.set(id, (this.activations.get(id) ?? 0) + 1)
    this.#verdict.check(this.activations.get(id) === 1, 'I11', () => `activation of ${id} is recorded twice`)
  }
}
