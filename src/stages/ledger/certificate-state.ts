/** What certificates are made with: rates and grids of the configuration, the books and covers of every account, what was issued. */
import { z } from 'zod'
import { DERIBIT_OPTION_FEES } from '#domain/fees.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId, CoverageId } from '#domain/order.ts'
import type { Money } from '#units/money.ts'
import { ratio } from '#units/ratio.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import type { Coverage } from '#topics/protection.ts'
import { zRatio } from '#topics/schema.ts'
import { noBooks } from './certified-books.ts'
import type { CertifiedBooks, QuotedBooks } from './certified-books.ts'
import type { Statements } from './statements.ts'

export const certificateConfig = z.strictObject({
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

export interface Quoted {
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
  /** Accounts whose books or statements have moved since their covers were certified. */
  readonly changed: Set<AccountId>
  readonly statements: Statements
}

export function booksOf(state: CertificateState, account: AccountId): CertifiedBooks {
  const known = state.accounts.get(account)
  if (known !== undefined) return known
  const fresh = noBooks()
  state.accounts.set(account, fresh)
  return fresh
}

/** Sold in part for the cover that follows: what is promised is that one's to prove, and it has its own certificate. */
export function isBeingSold({ alarm }: Coverage): boolean {
  return alarm === 'being_sold'
}
