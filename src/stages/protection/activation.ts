/**
 * Activation (P-11, C-40): a command, a fresh price on exact inputs, a cover `pending` with its order. A quote is consumed once, by its own
 * account, while it lasts; the instrument is the one quoted, and the new total may be worse by the drift tolerance at most. `protect` is
 * quote and activation in one; a renewal comes the same way without a command.
 */
import type { Refusal } from '#base/result.ts'
import type { CoverageId, IntentId, OrderIntent, QuoteId } from '#domain/order.ts'
import { pending, refused } from '#engine/command-answers.ts'
import type { EventOf } from '#engine/component.ts'
import { coverName } from '#topics/coverage-legs.ts'
import { retryUntilOf } from '#topics/quote-deadline.ts'
import type { Candidate, Coverage, CoverLeg, PutQuote, QuotedLeg, QuoteRequest } from '#topics/protection.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import { whyNot } from './activation-checks.ts'
import type { CoverageConfig, CoverageState } from './coverage-state.ts'
import { because, covered, decided, intended } from './decisions.ts'
import type { Now, Out } from './decisions.ts'
import { knownQuote } from './open-quotes.ts'
import { statedNames } from './protected-position.ts'
import { consentAlarm, consentOf, consentRecord } from './renewal-consent.ts'
import { checkServerDecided, SERVER_DECIDED } from './server-decided.ts'
import { zero } from '#units/money.ts'
import { noQuantity } from '#units/quantity.ts'
import { parseConsent, parseFields, parseText } from './terms-fields.ts'

const ACTIVATE_FIELDS: ReadonlySet<string> = new Set(['quoteId', 'accountId', 'consent', 'idempotencyKey', ...SERVER_DECIDED])

/** The command `activate`: the quote as it was, then a fresh one of the same instrument is asked for. */
export function activate(state: CoverageState, event: EventOf<'accepted_commands'>): readonly Out[] {
  const { commandId, account, params } = event.body
  const refusedAs = (refusal: Refusal): Out => refused(commandId, account, explain('protection/activation', event.seq, refusal))
  const fields = parseFields(params, ACTIVATE_FIELDS)
  if (!fields.ok) return [refusedAs(fields.refusal)]
  const id = parseText(fields.value, 'quoteId')
  if (!id.ok) return [refusedAs(id.refusal)]
  const consent = parseConsent(fields.value)
  if (!consent.ok) return [refusedAs(consent.refusal)]
  const quoteId = id.value as QuoteId
  const kept = state.quotes.get(quoteId)
  const refusal =
    checkQuote(state, quoteId, event) ?? (kept === undefined ? undefined : checkServerDecided(fields.value, kept.quote, false))
  if (refusal !== undefined)
    return [refusedAs(refusal), decided('activation_refused', { account, detail: { quoteId: id.value } }, because(event.seq, refusal))]
  const { terms, selected } = kept?.quote ?? {}
  if (terms === undefined || selected === undefined)
    return [refusedAs({ code: 'unknown_quote', field: 'quoteId', seen: id.value, limit: 'a quote of this account' })]
  const body = {
    requestId: `activate-${commandId}`,
    cause: 'activation',
    commandId,
    activates: quoteId,
    ...pricedAgain(kept?.quote.legs, selected),
    terms: consent.value ? { ...terms, consent: true } : terms,
  } as const
  return [{ topic: 'quote_requests', key: account, body }]
}

/** What a quote has named is what is priced again: its option, or every option of its combination. */
export function pricedAgain(
  legs: PutQuote['legs'],
  { instrument }: Pick<Candidate, 'instrument'>,
): Pick<QuoteRequest, 'instrument' | 'legs'> {
  if (legs === undefined) return { instrument }
  return { legs: legs.map((leg) => ({ venue: leg.venue, instrument: leg.instrument, size: leg.size })) }
}

/** Another account's quote is the same answer as none at all. */
function checkQuote(state: CoverageState, id: QuoteId, event: EventOf<'accepted_commands'>): Refusal | undefined {
  const kept = knownQuote(state, id)
  if (kept === undefined || kept.account !== event.body.account)
    return { code: 'unknown_quote', field: 'quoteId', seen: id, limit: 'a quote of this account' }
  if (kept.consumed) {
    const first = [...state.coverages.values()].find(({ quoteId }) => quoteId === id)
    return { code: 'quote_consumed', field: 'quoteId', seen: id, limit: `one activation: ${first?.coverageId ?? 'a cover that has ended'}` }
  }
  const { until } = kept
  return event.at > until
    ? { code: 'quote_expired', field: 'at', seen: event.at, limit: until, flip: { field: 'at', to: until } }
    : undefined
}

/** A fresh price for an activation or a renewal has come. */
export function onPutQuote(state: CoverageState, event: EventOf<'put_quotes'>, config: CoverageConfig): readonly Out[] {
  const quote = event.body
  if (quote.cause === undefined || quote.cause === 'command') return []
  const explanation = whyNot(state, quote, event.seq, config)
  if (explanation === undefined) return place(state, event)
  const { account } = quote.terms
  if (quote.renews !== undefined)
    return [refusedRenewal(state, event, explanation), ...consentAlarm(state.coverages.get(quote.renews), explanation)]
  const kept = quote.activates === undefined ? undefined : state.quotes.get(quote.activates)
  const retryUntil = kept?.consumed === true ? undefined : retryUntilOf(kept?.quote, event.at)
  const answer = quote.commandId === undefined ? [] : [refused(quote.commandId, account, explanation, retryUntil)]
  return [decided('activation_refused', { account, detail: { requestId: quote.requestId } }, explanation), ...answer]
}

function refusedRenewal(state: CoverageState, { at, body: quote }: EventOf<'put_quotes'>, explanation: Explanation): Out {
  const expiry = quote.renews === undefined ? undefined : state.coverages.get(quote.renews)?.expiry
  const expiresInMs = expiry === undefined ? '' : String(expiry - at)
  return decided(
    'renewal_refused',
    { account: quote.terms.account, coverageId: quote.renews, detail: { expiresInMs, considered: String(quote.considered) } },
    explanation,
  )
}

/** Cover pending, order intended, command told to wait. Nothing is active before the hedge is confirmed. */
function place(state: CoverageState, { seq, at, body: quote }: EventOf<'put_quotes'>): readonly Out[] {
  const priced = pendingCover(state, quote, { seq, at })
  if (priced === undefined) return []
  const { account } = priced
  const answer = quote.commandId === undefined ? [] : [pending(quote.commandId, account)]
  const old = quote.renews === undefined ? undefined : state.coverages.get(quote.renews)
  const rollingConsent = consentOf(priced, old, { at })
  const cover = rollingConsent === undefined ? priced : { ...priced, rollingConsent }
  const replaces = quote.renews === undefined ? [] : [renewalPlaced(cover, quote.renews, seq)]
  return [covered(cover), ...consentRecord(cover, old, { seq, at }), ...replaces, intended(coverIntent(cover)), ...answer]
}

function renewalPlaced(cover: Coverage, renews: CoverageId, seq: number): Out {
  const why = because(seq, {
    code: 'renewal_placed',
    field: 'floorEquity',
    seen: cover.floorEquity.toString(),
    limit: cover.drawdownLimit.toString(),
  })
  return decided(
    'renewal_placed',
    {
      account: cover.account,
      coverageId: renews,
      detail: { successor: cover.coverageId, instrument: coverName(cover), roll: String(cover.roll !== undefined) },
    },
    why,
  )
}

function pendingCover(state: CoverageState, quote: PutQuote, { seq, at }: Now): Coverage | undefined {
  const { selected, venue, optionType, index, limitPremiumCoin, goodUntil, equityBefore, terms } = quote
  if (selected === undefined || venue === undefined || optionType === undefined || index === undefined) return undefined
  if (limitPremiumCoin === undefined || goodUntil === undefined || equityBefore === undefined || quote.quoteId === undefined)
    return undefined
  const old = quote.renews === undefined ? undefined : state.coverages.get(quote.renews)
  const coverageId = `cover-${seq}` as CoverageId
  return {
    coverageId,
    account: terms.account,
    state: 'pending',
    quoteId: quote.activates ?? quote.quoteId,
    ...(quote.commandId === undefined ? {} : { commandId: quote.commandId }),
    intentId: `${coverageId}-buy-1` as IntentId,
    ...(quote.renews === undefined ? {} : { previousCoverageId: quote.renews }),
    terms,
    ...statedNames(state, terms),
    venue,
    instrument: selected.instrument,
    optionType,
    strike: selected.strike,
    expiry: selected.expiry,
    size: terms.size,
    filled: noQuantity<'BTC'>(),
    index,
    premiumCoin: selected.premiumCoin,
    premium: selected.premium,
    fee: selected.fee,
    ...(quote.charge === undefined ? {} : { charge: quote.charge }),
    floorPrice: quote.floorPrice ?? selected.strike,
    floorEquity: selected.floorEquity,
    exitCostMax: quote.exitCostMax ?? zero(),
    ...(quote.floorHoldsUpTo === undefined ? {} : { floorHoldsUpTo: quote.floorHoldsUpTo }),
    ...(quote.floorExcludes === undefined ? {} : { floorExcludes: quote.floorExcludes }),
    ...(quote.uncoveredSize === undefined ? {} : { uncoveredSize: quote.uncoveredSize }),
    decidedAt: at,
    drawdownLimit: old !== undefined && terms.renewal === 'hold-limit' ? old.drawdownLimit : selected.floorEquity,
    attempt: 1,
    limitPremiumCoin,
    goodUntil,
    paid: { coin: zero(), premium: zero(), fee: zero() },
    equityBefore,
    ...(quote.roll === undefined ? {} : { roll: quote.roll }),
    ...(quote.legs === undefined ? {} : { legs: quote.legs.map(pendingLeg) }),
  }
}

function pendingLeg({ book: _, ...leg }: QuotedLeg): CoverLeg {
  return { ...leg, filled: noQuantity<'BTC'>() }
}

/** Immediate or cancel, at the walked worst price or better, for what is still missing; of a combination for the first leg that misses some. */
export function coverIntent(cover: Coverage): OrderIntent {
  const { coverageId, account, goodUntil, quoteId, commandId, previousCoverageId } = cover
  const leg = nextLeg(cover)
  return {
    intentId: cover.intentId ?? (`${coverageId}-buy-1` as IntentId),
    account,
    book: 'hedge',
    purpose: 'cover',
    venue: leg.venue,
    instrument: leg.instrument,
    side: 'buy',
    quantity: leg.size.minus(leg.filled),
    type: 'limit',
    timeInForce: 'IOC',
    limitPrice: leg.limitPremiumCoin ?? leg.premiumCoin,
    reduceOnly: false,
    postOnly: false,
    goodUntil: goodUntil ?? cover.expiry,
    coverageId,
    quoteId,
    ...(commandId === undefined ? {} : { commandId }),
    ...(previousCoverageId === undefined ? {} : { renewsCover: true }),
  }
}

/** The one an order of the purchase is for: the cover itself where it is one option. */
function nextLeg(cover: Coverage): Pick<CoverLeg, 'venue' | 'instrument' | 'size' | 'filled' | 'limitPremiumCoin' | 'premiumCoin'> {
  return cover.legs?.find(({ size, filled }) => filled.units < size.units) ?? cover.legs?.[0] ?? cover
}
