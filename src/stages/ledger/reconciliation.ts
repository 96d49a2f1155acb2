/**
 * Component `ledger/reconciliation` (V-02): the venue's statement against the books, which it knows only from their postings and position
 * states. Balances agree within a cent (coin within 1e-8), positions exactly; spot counts as the coin it is. A statement that names
 * a last trade not booked yet may have overtaken it: one statement is waited for, then the entry is named as missing. A statement older
 * than what has been booked meanwhile is passed over. Every difference is named; nothing is ever booked to make them match.
 */
import { z } from 'zod'
import { forgetOldest } from '#base/horizon.ts'
import { component, QUIET } from '#engine/component.ts'
import type { AnyEvent } from '#engine/component.ts'
import { formatUnits } from '#units/exact.ts'
import type { Currency } from '#units/money.ts'
import { money } from '#units/money.ts'
import { SPOT } from '#domain/catalogue.ts'
import type { Book, AccountId } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { zCoin, zUsdc } from '#topics/schema.ts'
import type { AccountRaw, PositionState, Posting, Reconciliation } from '#topics/account.ts'
import { CASH } from './chart.ts'

const reconciliationConfig = z.strictObject({
  toleranceUsdc: zUsdc.default(money<'USDC'>('0.01')),
  toleranceCoin: zCoin.default(money<'BTC'>('0.00000001')),
  /** Statements that may name an unbooked trade in a row before it is called missing. */
  patience: z.number().int().min(0).default(1),
  referencesMax: z.number().int().min(100).default(10_000),
})
type ReconciliationConfig = z.output<typeof reconciliationConfig>
type Difference = Reconciliation['differences'][number]

interface AccountView {
  isOpen: boolean
  /** The first statement, compared when its opening posting has come round. */
  opening: AccountRaw | undefined
  readonly cash: Map<Currency, bigint>
  readonly positions: Map<InstrumentId, Map<Book, bigint>>
  readonly references: Set<string>
  waited: number
  /** The last entry of the last statement that agreed: all up to it is booked, so the venue is asked for what came after. */
  matchedThrough: string | undefined
  /** Venue time of the newest fact told, and the reference of the newest posting. */
  newestAt: number
  newestReference: string
}
type State = Map<AccountId, AccountView>

const CONSUMES = [
  'account_raw',
  'venue_fills',
  'venue_funding',
  'venue_settlements',
  'venue_transfers',
  'postings',
  'position_states',
] as const

export const reconciliation = component({
  name: 'ledger/reconciliation',
  version: 1,
  consumes: CONSUMES,
  produces: ['reconciliations'],
  config: reconciliationConfig.prefault({}),
  initial: (): State => new Map(),
  step: (state, event, config) => {
    const result = handle(viewOf(state, event.body.account), event, config)
    return result === undefined ? QUIET : { state, emit: [{ topic: 'reconciliations', key: result.account, body: result }] }
  },
})

const NOTHING_YET = { waited: 0, matchedThrough: undefined, newestAt: 0, newestReference: '' }

function viewOf(state: State, account: AccountId): AccountView {
  const known = state.get(account)
  if (known !== undefined) return known
  const fresh: AccountView = {
    isOpen: false,
    opening: undefined,
    cash: new Map(),
    positions: new Map(),
    references: new Set(),
    ...NOTHING_YET,
  }
  state.set(account, fresh)
  return fresh
}

function handle(view: AccountView, event: AnyEvent<(typeof CONSUMES)[number]>, config: ReconciliationConfig): Reconciliation | undefined {
  switch (event.topic) {
    case 'position_states':
      return takePosition(view, event.body)
    case 'postings':
      return takePosting(view, event.body, config)
    case 'account_raw':
      if (view.isOpen) return isOvertaken(view, event.body) ? undefined : judge(view, event.body, config)
      view.opening ??= event.body
      return undefined
    default:
      view.newestAt = Math.max(view.newestAt, event.body.venueAt)
      return undefined
  }
}

/** Made before a fact that is booked already; within the same millisecond the last entry it names decides. */
function isOvertaken(view: AccountView, { venueAt, lastTradeId }: AccountRaw): boolean {
  if (venueAt !== view.newestAt) return venueAt < view.newestAt
  return lastTradeId !== undefined && view.references.has(lastTradeId) && lastTradeId !== view.newestReference
}

function takePosition(view: AccountView, { book, instrument, quantity }: PositionState): undefined {
  const books = view.positions.get(instrument) ?? new Map<Book, bigint>()
  view.positions.set(instrument, books)
  if (quantity.isZero()) books.delete(book)
  else books.set(book, quantity.units)
  if (books.size === 0) view.positions.delete(instrument)
}

function takePosting(view: AccountView, { reference, entries, kind }: Posting, config: ReconciliationConfig): Reconciliation | undefined {
  for (const { ledgerAccount, currency, amount } of entries) {
    if (ledgerAccount === CASH) view.cash.set(currency, (view.cash.get(currency) ?? 0n) + amount.units)
  }
  // the postings of one fact (trade, then fee) name it one after the other
  if (view.newestReference !== reference) {
    view.references.add(reference)
    view.newestReference = reference
    forgetOldest(view.references, config.referencesMax)
  }
  if (kind !== 'opening' || view.opening?.statementId !== reference) return undefined
  const statement = view.opening
  view.isOpen = true
  view.opening = undefined
  return verdict(view, statement, [...cashDifferences(view, statement, config), ...positionDifferences(view, statement)])
}

function judge(view: AccountView, statement: AccountRaw, config: ReconciliationConfig): Reconciliation | undefined {
  const { lastTradeId } = statement
  const isBooked = lastTradeId === undefined || view.references.has(lastTradeId)
  view.waited = isBooked ? 0 : view.waited + 1
  const differences = [...cashDifferences(view, statement, config), ...positionDifferences(view, statement)]
  if (isBooked || differences.length === 0) return verdict(view, statement, differences)
  if (view.waited <= config.patience) return undefined
  return verdict(view, statement, [{ what: `entry ${lastTradeId}`, ours: 'not booked', venues: 'booked' }, ...differences])
}

function verdict(view: AccountView, { account, statementId, lastTradeId }: AccountRaw, differences: readonly Difference[]): Reconciliation {
  if (differences.length === 0) view.matchedThrough = lastTradeId
  return { account, statementId, state: differences.length === 0 ? 'matched' : 'differs', differences }
}

/** Currencies either side knows; a coin balance includes the coin bought on the spot market. */
function cashDifferences(view: AccountView, { balances }: AccountRaw, config: ReconciliationConfig): readonly Difference[] {
  const venues = new Map<Currency, bigint>(balances.map(({ currency, amount }) => [currency, amount.units]))
  const currencies = [...new Set<Currency>([...venues.keys(), ...view.cash.keys()])]
  return currencies.flatMap((currency) => {
    const ours = (view.cash.get(currency) ?? 0n) + (currency === 'BTC' ? sizeOf(view, SPOT) : 0n)
    const theirs = venues.get(currency) ?? 0n
    const gap = ours > theirs ? ours - theirs : theirs - ours
    const tolerance = currency === 'BTC' ? config.toleranceCoin.units : config.toleranceUsdc.units
    return gap <= tolerance ? [] : [{ what: `balance ${currency}`, ours: formatUnits(ours), venues: formatUnits(theirs) }]
  })
}

function positionDifferences(view: AccountView, { positions }: AccountRaw): readonly Difference[] {
  const venues = new Map<InstrumentId, bigint>()
  for (const { instrument, quantity } of positions) venues.set(instrument, (venues.get(instrument) ?? 0n) + quantity.units)
  const names = [...new Set<InstrumentId>([...venues.keys(), ...view.positions.keys()])].filter((name) => name !== SPOT)
  return names.flatMap((name) => {
    const ours = sizeOf(view, name)
    const theirs = venues.get(name) ?? 0n
    return ours === theirs ? [] : [{ what: `position ${name}`, ours: formatUnits(ours), venues: formatUnits(theirs) }]
  })
}

function sizeOf(view: AccountView, instrument: InstrumentId): bigint {
  let size = 0n
  for (const units of view.positions.get(instrument)?.values() ?? []) size += units
  return size
}
