/**
 * Read models of what the ledger proves and credits: certificates, covers marked to the market, protection's result and the bridge it adds up
 * to, and the account in the documents' point-in-time shape. They only look (`view-models.ts`).
 */
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import { statedBeyond } from '#domain/stated-positions.ts'
import type { StatedBeyond } from '#domain/stated-positions.ts'
import type { Engine } from '#engine/engine.ts'
import { books } from '#stages/ledger/books.ts'
import { bridge } from '#stages/ledger/bridge.ts'
import type { Bridge } from '#stages/ledger/bridge.ts'
import { certificate, certificateOf } from '#stages/ledger/certificate.ts'
import type { Issued } from '#stages/ledger/certificate-state.ts'
import { mtm, standingMtm } from '#stages/ledger/mtm.ts'
import { pnlView } from '#stages/ledger/pnl-view.ts'
import type { PnlView } from '#stages/ledger/pnl-view.ts'
import { portfolio, portfolioOf } from '#stages/ledger/portfolio.ts'
import { snapshotOf } from '#stages/ledger/portfolio-snapshot.ts'
import type { CashView, PortfolioSnapshot } from '#stages/ledger/portfolio-snapshot.ts'
import { protectionPnl } from '#stages/ledger/protection-pnl.ts'
import { coverage } from '#stages/protection/coverage.ts'
import type { MtmRecord } from '#topics/proof.ts'
import type { Coverage } from '#topics/protection.ts'
import type { EpochMs } from '#units/time.ts'

export interface ProofViews {
  /** The newest certificate of a cover, with the seq of its record. */
  certificate(coverageId: string): Issued | undefined
  /** Covers that stand, as they would be marked now. */
  mtm(account: string): readonly MtmRecord[]
  /** Undefined before the first index, or while nothing was posted. */
  pnl(account: string): PnlView | undefined
  bridge(account: string): Bridge | undefined
  snapshot(account: string, view: CashView): PortfolioSnapshot | undefined
  /** What the account's client states beyond the books, at the index; undefined before the first one, or where nothing was stated. */
  stated(account: string): StatedBeyond | undefined
  /** Every cover the platform still remembers, ended ones too. */
  covers(account: string): readonly Coverage[]
}

export function proofViews(engine: Engine, now: () => EpochMs): ProofViews {
  return {
    certificate: (id) => certificateOf(engine.stateOf(certificate), id as CoverageId),
    mtm: (account) => standingMtm(engine.stateOf(mtm), account as AccountId),
    pnl: (account) => {
      const sources = { projected: engine.stateOf(protectionPnl), books: engine.stateOf(books), config: engine.configOf(books) }
      return pnlView(sources, account as AccountId, now())
    },
    bridge: (account) => bridge(engine.stateOf(books), account as AccountId, now(), engine.configOf(books)),
    snapshot: (account, view) =>
      snapshotOf(engine.stateOf(books), { account: account as AccountId, at: now(), view }, engine.configOf(books)),
    stated: (account) => statedOf(engine, account as AccountId),
    covers: (account) => [...engine.stateOf(coverage).coverages.values()].filter((cover) => cover.account === account),
  }
}

function statedOf(engine: Engine, account: AccountId): StatedBeyond | undefined {
  const { accounts, prices } = engine.stateOf(books)
  const stored = portfolioOf(engine.stateOf(portfolio), account)
  if (stored === undefined || prices.index === undefined) return undefined
  const positions = accounts.get(account)?.positions.values() ?? []
  let held = 0n
  for (const { book, instrument, quantity } of positions) if (book === 'client' && instrument.id === LINEAR_PERPETUAL) held += quantity
  return statedBeyond(stored.positions, held, prices.index.lastKnown().value)
}
