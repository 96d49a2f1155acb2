/**
 * Component `ledger/certificate`: every cover that becomes active gets a certificate (`domain/certificate.ts`), and a new one whenever its floor
 * or its hedge changes, and on the minute after its account traded, moved money or was charged funding. The computation reads the books
 * (postings, positions) and the contract, not the formula the floor was quoted with; so the two agree only when quote, purchase and booking do.
 * The books as they were when the floor was quoted are kept from the `pending` cover on.
 * A certificate is a decision: journaled with all its inputs, recomputed by every replay, and by `ballast prove` from the journal alone.
 */
import { z } from 'zod'
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf } from '#engine/component.ts'
import { certificateDigest, certify } from '#domain/certificate.ts'
import type { CertificateInputs } from '#domain/certificate-record.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { DERIBIT_OPTION_FEES } from '#domain/fees.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import { zero } from '#units/money.ts'
import type { Money } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { ratio } from '#units/ratio.ts'
import type { EpochMs } from '#units/time.ts'
import { zRatio } from '#topics/schema.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { Coverage, Roll } from '#topics/protection.ts'
import {
  basisOf,
  booksRead,
  flowsSince,
  forgetFlows,
  noBooks,
  quotedBooks,
  takeConfirmation,
  takePosition,
  takePosting,
} from './certified-books.ts'
import type { CertifiedBooks, QuotedBooks } from './certified-books.ts'

const certificateConfig = z.strictObject({
  deliveryRate: zRatio.default(DERIBIT_OPTION_FEES.deliveryRate),
  deliveryCap: zRatio.default(DERIBIT_OPTION_FEES.deliveryCap),
  takerRate: zRatio.default(ratio('0.0005')),
  maintenanceMarginRate: zRatio.default(ratio('0.01')),
  optionMarginCredit: zRatio.default(ratio('1')),
  spotMultipleMax: z.number().min(1).max(10).default(3),
  /** Relative moves of the volatility the premium implies. */
  ivShifts: z.array(z.number().min(-1).max(10)).min(1).max(20).default([-0.5, -0.25, 0, 0.25, 0.5, 1, 2]),
  renewWindowMs: z
    .number()
    .positive()
    .default(12 * 3_600_000),
  /** As far as a closing order may be filled away from the mark. */
  gapMoveMax: zRatio.default(ratio('0.01')),
  /** Certificates of ended covers that are kept to be shown; the journal has all. */
  endedMax: z.number().int().min(0).default(200),
})
export type CertificateConfig = z.output<typeof certificateConfig>

interface Quoted {
  readonly account: AccountId
  /** The old cover of a roll: the floor counts what its sale brings. */
  readonly rolled: { readonly options: readonly InstrumentId[]; readonly coverageId: CoverageId } | undefined
  readonly books: QuotedBooks
  readonly basis: Money<'USDC'>
}
export interface Issued {
  readonly seq: number
  readonly certificate: CoverageCertificate
}
export interface CertificateState {
  readonly accounts: Map<AccountId, CertifiedBooks>
  /** From the pending cover to its end. */
  readonly quoted: Map<CoverageId, Quoted>
  /** The newest of each cover, and of the last `endedMax` that have ended. */
  readonly issued: Map<CoverageId, Issued>
  /** In the order of their end. */
  readonly ended: Set<CoverageId>
  readonly standing: Map<CoverageId, Coverage>
  /** Accounts that traded, moved money or paid funding since their covers were certified. */
  readonly changed: Set<AccountId>
}

const CONSUMES = ['postings', 'position_states', 'trade_confirmations', 'coverages', 'coverage_certificates', 'clock_tick'] as const
type Out = Emission<'coverage_certificates'>
/** Postings that change what an account keeps beside its covers: a trade, money in or out, funding charged or received. */
const MOVES: ReadonlySet<string> = new Set(['trade', 'transfer', 'funding'])

export const certificate = component({
  name: 'ledger/certificate',
  version: 3,
  consumes: CONSUMES,
  produces: ['coverage_certificates'],
  config: certificateConfig.prefault({}),
  initial: (): CertificateState => ({
    accounts: new Map(),
    quoted: new Map(),
    issued: new Map(),
    ended: new Set(),
    standing: new Map(),
    changed: new Set(),
  }),
  step: (state, event, config) => kept(state, handle(state, event, config)),
})

function handle(state: CertificateState, event: AnyEvent<(typeof CONSUMES)[number]>, config: CertificateConfig): readonly Out[] {
  switch (event.topic) {
    case 'postings':
      takePosting(booksOf(state, event.body.account), event.body)
      if (MOVES.has(event.body.kind)) noteChange(state, event.body.account)
      return SILENT
    case 'clock_tick':
      return event.body.name === 'minute' ? certifiedAnew(state, event.at, config) : SILENT
    case 'position_states':
      takePosition(booksOf(state, event.body.account), event.body)
      return SILENT
    case 'trade_confirmations':
      takeConfirmation(booksOf(state, event.body.account), event.body)
      return SILENT
    case 'coverages':
      return coverChanged(state, event, config)
    case 'coverage_certificates':
      state.issued.set(event.body.coverageId, { seq: event.seq, certificate: event.body })
      return SILENT
  }
}

/** Only what comes after a cover was certified. */
function noteChange({ standing, changed }: CertificateState, account: AccountId): void {
  for (const cover of standing.values()) if (cover.account === account) changed.add(account)
}

function booksOf(state: CertificateState, account: AccountId): CertifiedBooks {
  const known = state.accounts.get(account)
  if (known !== undefined) return known
  const fresh = noBooks()
  state.accounts.set(account, fresh)
  return fresh
}

function coverChanged(state: CertificateState, event: EventOf<'coverages'>, config: CertificateConfig): readonly Out[] {
  const cover = event.body
  const { coverageId } = cover
  if (cover.state === 'pending') return quoted(state, cover)
  if (cover.state === 'active') return certified(state, event, config)
  state.standing.delete(coverageId)
  if (cover.state === 'settling') return SILENT
  state.quoted.delete(coverageId)
  if (!state.quoted.values().some(({ account }) => account === cover.account)) forgetFlows(booksOf(state, cover.account))
  if (state.issued.has(coverageId)) state.ended.add(coverageId)
  for (const id of state.ended) {
    if (state.ended.size <= config.endedMax) break
    state.ended.delete(id)
    state.issued.delete(id)
  }
  return SILENT
}

/** The floor of a roll counts no sale that is still to come. */
function quoted(state: CertificateState, { account, coverageId, index, equityBefore, roll }: Coverage): readonly Out[] {
  if (equityBefore === undefined || state.quoted.has(coverageId)) return SILENT
  const books = quotedBooks(booksOf(state, account))
  const certain = roll === undefined ? equityBefore : equityBefore.minus(roll.proceeds).plus(roll.fee)
  const rolled = roll === undefined ? undefined : { options: rolledOptions(roll), coverageId: roll.coverageId }
  state.quoted.set(coverageId, { account, books, basis: basisOf(books, index, certain), rolled })
  return SILENT
}

function rolledOptions({ instrument, legs }: Roll): readonly InstrumentId[] {
  return legs?.map((leg) => leg.instrument) ?? [instrument]
}

function certified(state: CertificateState, { at, body: cover }: EventOf<'coverages'>, config: CertificateConfig): readonly Out[] {
  state.standing.set(cover.coverageId, cover)
  const issuedFor = isBeingSold(cover) ? undefined : reasonFor(state.issued.get(cover.coverageId)?.certificate, cover)
  return issuedFor === undefined ? SILENT : issued(state, cover, { at, issuedFor }, config)
}

/** Once a minute for accounts that traded or moved money: their covers' floor is what it was, their margin may not be. */
function certifiedAnew(state: CertificateState, at: EpochMs, config: CertificateConfig): readonly Out[] {
  if (state.changed.size === 0) return SILENT
  const covers = [...state.standing.values()].filter(
    (cover) => cover.roll === undefined && !isBeingSold(cover) && state.changed.has(cover.account),
  )
  state.changed.clear()
  return covers.flatMap((cover) => issued(state, cover, { at, issuedFor: 'account_changed' }, config))
}

/** Sold in part for the cover that follows: what is promised is that one's to prove, and it has its own certificate. */
function isBeingSold({ alarm }: Coverage): boolean {
  return alarm === 'being_sold'
}

interface Occasion {
  readonly at: EpochMs
  readonly issuedFor: CoverageCertificate['issuedFor']
}
function issued(state: CertificateState, cover: Coverage, { at, issuedFor }: Occasion, config: CertificateConfig): readonly Out[] {
  const from = state.quoted.get(cover.coverageId)
  if (from === undefined) return SILENT
  const inputs = inputsOf(booksOf(state, cover.account), cover, from, config, at)
  const result = certify(inputs)
  const body = {
    coverageId: cover.coverageId,
    account: cover.account,
    issuedFor,
    inputs,
    result,
    digest: certificateDigest(inputs, result),
  }
  // plain arrays and objects: what the topic's schema gives back when the journal is read
  return [{ topic: 'coverage_certificates', key: cover.account, body: body as CoverageCertificate }]
}

function reasonFor(last: CoverageCertificate | undefined, cover: Coverage): CoverageCertificate['issuedFor'] | undefined {
  if (last === undefined) return cover.roll === undefined ? 'activation' : 'roll_started'
  if (last.inputs.promise.floorEquity.compare(cover.floorEquity) !== 0) return 'floor_changed'
  const isSame = legsOf(cover).every(({ filled }, i) => last.inputs.legs[i]?.quantity.compare(filled) === 0)
  return isSame ? undefined : 'hedge_changed'
}

function inputsOf(
  books: CertifiedBooks,
  cover: Coverage,
  from: Quoted,
  { deliveryRate, deliveryCap, takerRate, maintenanceMarginRate, optionMarginCredit, ...config }: CertificateConfig,
  at: CertificateInputs['certifiedAt'],
): CertificateInputs {
  const { rolled } = from
  const options = new Set(legsOf(cover).map(({ instrument }) => instrument))
  const own = {
    options: new Set([...options, ...(rolled?.options ?? [])]),
    covers: new Set([cover.coverageId, ...(rolled === undefined ? [] : [rolled.coverageId])]),
  }
  const read = booksRead(books, options)
  const { optionType, floorEquity, floorPrice, drawdownLimit, exitCostMax, floorHoldsUpTo, index } = cover
  return {
    certifiedAt: at,
    activatedAt: cover.activatedAt ?? at,
    expiry: cover.expiry,
    side: cover.terms.side,
    size: cover.size,
    moving: movingOf(cover, from.books.protectable, read.protectable.units),
    index,
    legs: legsOf(cover).map(({ venue, instrument, strike, filled }) => ({ venue, instrument, optionType, strike, quantity: filled })),
    premium: cover.premium,
    promise: {
      floorEquity,
      floorPrice,
      drawdownLimit,
      exitCostMax: exitCostMax ?? zero(),
      owed: cover.due?.isPositive() === true ? cover.due : zero(),
      ...(floorHoldsUpTo === undefined ? {} : { floorHoldsUpTo }),
      ...(cover.legs === undefined ? {} : { strike: cover.strike }),
    },
    books: read,
    since: { basis: from.basis, ...flowsSince(books, from.books, index, own) },
    rates: { deliveryRate, deliveryCap, takerRate, maintenanceMarginRate, optionMarginCredit },
    grid: {
      spotMultipleMax: config.spotMultipleMax,
      ivShifts: [...config.ivShifts],
      renewWindowMs: config.renewWindowMs,
      gapMoveMax: config.gapMoveMax,
    },
  }
}

/** A position the books did not hold when it was covered is held elsewhere, and counts whole; else what is left of it. */
function movingOf({ size, terms }: Coverage, before: bigint, now: bigint): Quantity<'BTC'> {
  const dir = terms.side === 'long' ? 1n : -1n
  if (before * dir < size.units) return size
  const left = now * dir
  return left >= size.units ? size : new Quantity<'BTC'>(left > 0n ? left : 0n)
}

export function certificateOf(state: CertificateState, coverageId: CoverageId): Issued | undefined {
  return state.issued.get(coverageId)
}
