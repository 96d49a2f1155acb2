/** The calls the widget makes, by name, for one account. Shapes are the contract's own; money stays text. */
import type { ActivationAnswer, ActiveCoverage, AuditAnswer, PositionsAnswer, PriceAnswer, QuoteAnswer } from '#api/contract.ts'
import type { CertificateAnswer, MtmAnswer } from '#api/contract-proof.ts'
import type { CachedQuote } from '#api/contract-quotes.ts'
import type { TermsAnswer } from '#api/contract-terms.ts'
import type { HeldPosition } from '../sources/source.ts'
import type { Answer, Ask } from './ask.ts'

export type ServerPosition = PositionsAnswer['positions'][number]
export type AuditEntry = AuditAnswer['entries'][number]
/** As `POST /put/quote` takes it; decimals as text. */
export interface QuoteWish {
  readonly positionId: string
  readonly asset: string
  readonly side: 'long' | 'short'
  readonly tierName: string
  readonly leverage: string
  readonly positionSize: string
  readonly drawdownFloorPct: string
  readonly tenorDays: string
  readonly renewal: 'hold-limit' | 'rolling' | 'none'
  readonly fixedPriceUsdc?: string
  readonly allowPremiumPassThrough?: boolean
}
export interface Client {
  terms(signal?: AbortSignal): Promise<Answer<TermsAnswer>>
  positions(signal?: AbortSignal): Promise<Answer<PositionsAnswer>>
  state(positions: readonly HeldPosition[], source: string, signal?: AbortSignal): Promise<Answer<object>>
  coverages(signal?: AbortSignal): Promise<Answer<{ readonly coverages: readonly ActiveCoverage[] }>>
  worth(signal?: AbortSignal): Promise<Answer<MtmAnswer>>
  price(signal?: AbortSignal): Promise<Answer<PriceAnswer>>
  preview(wish: QuoteWish, signal?: AbortSignal): Promise<Answer<CachedQuote>>
  quote(wish: QuoteWish, signal?: AbortSignal): Promise<Answer<QuoteAnswer>>
  activate(quote: { readonly quoteId: string; readonly consents: boolean }, signal?: AbortSignal): Promise<Answer<ActivationAnswer>>
  command(id: string, signal?: AbortSignal): Promise<Answer<ActivationAnswer>>
  entries(page: { readonly after?: number; readonly limit: number }, signal?: AbortSignal): Promise<Answer<AuditAnswer>>
  certificate(coverageId: string, signal?: AbortSignal): Promise<Answer<CertificateAnswer>>
}

const QUOTED = ['feeUsdc', 'premiumUsdc', 'lines', 'instrument', 'strike', 'expiryIso', 'floorEquity', 'size']
const BOUGHT = ['coverageId', 'expiryIso', 'floorEquity']

export function clientOf(ask: Ask, accountId: string): Client {
  const account = `accountId=${encodeURIComponent(accountId)}`
  const one = encodeURIComponent
  return {
    terms: (signal) => ask({ path: `/put/terms?${account}`, needs: ['tiers', 'speed', 'marketTimeIso'], signal }),
    positions: (signal) => ask({ path: `/portfolio/positions?${account}`, needs: ['positions'], signal }),
    state: (positions, source, signal) =>
      ask({ path: '/portfolio/ingest', body: { accountId, positions, source }, needs: ['positions'], signal }),
    coverages: (signal) => ask({ path: `/coverage/active?${account}`, needs: ['coverages'], signal }),
    worth: (signal) => ask({ path: `/risk/mtm?${account}`, needs: ['positions'], signal }),
    price: (signal) => ask({ path: '/pricing/btc', needs: ['priceUsdc'], signal }),
    preview: (wish, signal) => ask({ path: '/put/preview', body: { accountId, ...wish }, needs: QUOTED, signal }),
    quote: (wish, signal) => ask({ path: '/put/quote', body: { accountId, ...wish }, needs: [...QUOTED, 'quoteId', 'expiresAt'], signal }),
    activate: ({ quoteId, consents }, signal) =>
      ask({
        path: '/audit/export',
        body: { accountId, quoteId, ...(consents ? { consent: { passThrough: true } } : {}) },
        // a retry after a lost line must not buy twice: the quote's own name is the key
        key: `activate-${quoteId}${consents ? '-consented' : ''}`,
        needs: BOUGHT,
        signal,
      }),
    command: (id, signal) => ask({ path: `/commands/${one(id)}`, needs: BOUGHT, signal }),
    entries: ({ after, limit }, signal) =>
      ask({ path: `/audit/logs?limit=${limit}${after === undefined ? '' : `&after=${after}`}`, needs: ['entries'], signal }),
    certificate: (coverageId, signal) => ask({ path: `/coverage/${one(coverageId)}/certificate?${account}`, needs: ['digest'], signal }),
  }
}
