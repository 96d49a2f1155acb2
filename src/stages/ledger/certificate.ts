/**
 * Component `ledger/certificate`: every cover that becomes active gets a certificate (`domain/certificate.ts`), and a new one whenever its floor
 * or its hedge changes, and on the minute after its account traded, moved money, was charged funding, bought, sold or was paid for another cover, or
 * its client stated other positions. The computation reads the books
 * (postings, positions) and the contract, not the formula the floor was quoted with; so the two agree only when quote, purchase and booking do.
 * The books as they were when the floor was quoted are kept from the `pending` cover on.
 * A certificate is a decision: journaled with all its inputs, recomputed by every replay, and by `ballast prove` from the journal alone.
 */
import { component, kept, SILENT } from '#engine/component.ts'
import type { AnyEvent, Emission, EventOf } from '#engine/component.ts'
import { certificateDigest, certify } from '#domain/certificate.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import type { Coverage, Roll } from '#topics/protection.ts'
import { inputsOf } from './certificate-inputs.ts'
import { booksOf, certificateConfig, isBeingSold } from './certificate-state.ts'
import type { CertificateConfig, CertificateState, Issued } from './certificate-state.ts'
import { basisOf, forgetFlows, quotedBooks, takeConfirmation, takePosition, takePosting } from './certified-books.ts'
import { noStatements, noteIngest, takeStatement } from './statements.ts'

const CONSUMES = [
  'postings',
  'position_states',
  'trade_confirmations',
  'coverages',
  'coverage_certificates',
  'clock_tick',
  'accepted_commands',
  'command_results',
] as const
type Out = Emission<'coverage_certificates'>
/** Postings that change what an account keeps beside a cover: a trade, money in or out, funding, and what other covers cost and bring. */
const MOVES: ReadonlySet<string> = new Set(['trade', 'transfer', 'funding', 'premium', 'payout'])

export const certificate = component({
  name: 'ledger/certificate',
  version: 4,
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
    statements: noStatements(),
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
    case 'accepted_commands':
      noteIngest(state.statements, event.body)
      return SILENT
    case 'command_results': {
      const account = takeStatement(state.statements, event.body)
      if (account !== undefined) noteChange(state, account)
      return SILENT
    }
  }
}

/** Only what comes after a cover was certified. */
function noteChange({ standing, changed }: CertificateState, account: AccountId): void {
  for (const cover of standing.values()) if (cover.account === account) changed.add(account)
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
  const books = quotedBooks(booksOf(state, account), state.statements.stated.get(account) ?? [], index)
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

/** Once a minute for accounts that have moved: the floor stated for their covers is what it was, what the account keeps and its margin may not be. */
function certifiedAnew(state: CertificateState, at: EpochMs, config: CertificateConfig): readonly Out[] {
  if (state.changed.size === 0) return SILENT
  const covers = [...state.standing.values()].filter(
    (cover) => cover.roll === undefined && !isBeingSold(cover) && state.changed.has(cover.account),
  )
  state.changed.clear()
  return covers.flatMap((cover) => issued(state, cover, { at, issuedFor: 'account_changed' }, config))
}

interface Occasion {
  readonly at: EpochMs
  readonly issuedFor: CoverageCertificate['issuedFor']
}
function issued(state: CertificateState, cover: Coverage, { at, issuedFor }: Occasion, config: CertificateConfig): readonly Out[] {
  const from = state.quoted.get(cover.coverageId)
  if (from === undefined) return SILENT
  const inputs = inputsOf(state, cover, from, config, at)
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

export function certificateOf(state: CertificateState, coverageId: CoverageId): Issued | undefined {
  return state.issued.get(coverageId)
}
