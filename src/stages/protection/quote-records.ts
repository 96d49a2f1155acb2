/**
 * What is recorded beside a quote (document 1, section 4.4): the verdict on passing a price on, the liquidity behind a client's quote, and every
 * change of the subsidy budget with what is used, held and left of the caps. Recorded when the quote has arrived, so a recovery repeats nothing.
 */
import { dayNumberOf } from '#base/civil-date.ts'
import { explain } from '#domain/explanation.ts'
import type { RiskControls } from '#domain/risk-controls.ts'
import type { Emission } from '#engine/component.ts'
import { sum, zero } from '#units/money.ts'
import type { ProtectionDecision, PutQuote } from '#topics/protection.ts'
import { heldOf, usedOn } from './budget.ts'
import type { Budget, BudgetUpdate } from './budget.ts'
import type { Now } from './decisions.ts'

type Record = Emission<'protection_decisions'>

export function quoteRecords(quote: PutQuote, seq: number): readonly Record[] {
  return [...passThroughGate(quote, seq), ...liquidityUpdate(quote, seq)]
}

/** Each time a price went over the fixed price and passing it on was looked at. */
function passThroughGate({ charge, explanation, terms, requestId, quoteId, status }: PutQuote, seq: number): readonly Record[] {
  const shown = charge?.passThrough
  const refused =
    status === 'no_quote' && explanation !== undefined && isGate(explanation.code, terms.passThrough) ? explanation : undefined
  if (shown === undefined && refused === undefined) return []
  const detail: { [name: string]: string } = { requestId, verdict: charge?.status ?? 'refused' }
  if (quoteId !== undefined) detail['quoteId'] = quoteId
  if (shown !== undefined) {
    const { fixedPrice, capBase, capUplift, cap, user, subsidy, consentRequired } = shown
    const amounts = {
      fixedPriceUsdc: fixedPrice,
      capBaseUsdc: capBase,
      capUpliftUsdc: capUplift,
      capUsdc: cap,
      userUsdc: user,
      subsidyUsdc: subsidy,
    }
    for (const [name, amount] of Object.entries(amounts)) detail[name] = amount.toString()
    detail['consentRequired'] = String(consentRequired)
  }
  const within = { code: 'within_cap', field: 'userUsdc', seen: shown?.user.toString() ?? '', limit: shown?.cap.toString() ?? '' }
  return [record('pass_through_gate', terms, detail, refused ?? explain('protection/pass-through', seq, within))]
}

function isGate(code: string, askedFor: boolean | undefined): boolean {
  return code.startsWith('pass_through_') || code.startsWith('subsidy_') || (code === 'premium_floor' && askedFor === true)
}

/** Of quotes that clients asked for; renewals look every minute and would say the same again and again. */
function liquidityUpdate(
  { cause, preview, status, book, selected, venue, ivRegime, terms, requestId }: PutQuote,
  seq: number,
): readonly Record[] {
  if (cause !== 'command' || preview === true || status !== 'ok' || book === undefined || selected === undefined) return []
  const { ask, askSize, bid, liquidityRatio } = book
  const detail = {
    requestId,
    venue: venue ?? '',
    instrument: selected.instrument,
    ask: ask.toString(),
    bid: bid?.toString() ?? '',
    askSize: askSize.toString(),
    liquidityRatio: liquidityRatio.toString(),
    ivRegime: ivRegime ?? 'unknown',
  }
  const seen = { code: 'liquidity', field: 'askSize', seen: askSize.toString(), limit: terms.size.toString() }
  return [record('liquidity_update', terms, detail, explain('protection/liquidity', seq, seen))]
}

export function budgetUpdated(
  budget: Budget,
  { change, account, amount, coverageId }: BudgetUpdate,
  { at, seq }: Now,
  controls: RiskControls,
): Record {
  const held = heldOf(budget, account, at)
  const today = usedOn(budget, dayNumberOf(at))
  const used = sum([...today.values()])
  const cap = controls.subsidy_daily_cap_usdc.toString()
  const detail = {
    change,
    amountUsdc: amount.toString(),
    usedUsdc: used.toString(),
    reservedUsdc: held.global.minus(used).toString(),
    heldUsdc: held.global.toString(),
    capUsdc: cap,
    accountUsedUsdc: (today.get(account) ?? zero<'USDC'>()).toString(),
    accountHeldUsdc: held.account.toString(),
    accountCapUsdc: controls.subsidy_account_daily_cap_usdc.toString(),
  }
  const why = { code: `subsidy_${change}`, field: 'subsidyUsdc', seen: held.global.toString(), limit: cap }
  const told = record('risk_budget_update', { account }, detail, explain('protection/budget', seq, why))
  return coverageId === undefined ? told : { ...told, body: { ...told.body, coverageId } }
}

function record(
  kind: ProtectionDecision['kind'],
  { account }: Pick<PutQuote['terms'], 'account'>,
  detail: ProtectionDecision['detail'],
  explanation: ProtectionDecision['explanation'],
): Record {
  return { topic: 'protection_decisions', key: account, body: { account, kind, explanation, detail } }
}
