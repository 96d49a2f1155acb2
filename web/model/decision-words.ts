/**
 * Decisions and alerts as one sentence each, the same wherever they are told. A kind that has no sentence yet is still readable: its name, what was seen and
 * what was allowed, with units (`gate-values.ts`).
 */
import type { AlertShown, Decision } from '#api/contract-page.ts'
import { sentence, words } from '../format/words.ts'
import { fieldName, gateValue } from './gate-values.ts'

type Told = Pick<Decision, 'kind' | 'code' | 'field' | 'seen' | 'limit'>
interface Said {
  readonly seen: string
  readonly limit: string
  /** The reason with its figures. */
  readonly why: string
  readonly code: string
}

const REASONS: Readonly<Record<string, string>> = {
  insufficient_size: 'too little is on offer',
  no_ask: 'nobody offers the option',
  no_cover_in_time: 'no next cover could be bought in time',
  no_position: 'there is no position',
  no_strike: 'no strike is listed that keeps the floor',
  not_filled: 'the order was not filled',
  price_moved: 'the price moved away',
  price_too_old: 'the price was too old',
  quote_expired: 'the quote was over',
  reconciling: 'the books were not yet compared with the venue',
  venue_link_down: 'the line to the venue was down',
}

const SENTENCES: Readonly<Record<string, (said: Said) => string>> = {
  quoted: ({ seen }) => `A quote was made: ${seen}`,
  not_quoted: ({ why }) => `No quote could be made: ${why}`,
  order_approved: ({ seen, limit }) => `Risk approved an order: ${seen}, ${limit}`,
  order_refused: ({ why }) => `Risk refused an order: ${why}`,
  order_vetoed: ({ why }) => `An order was stopped before it was sent: ${why}`,
  input_poisoned: ({ seen }) => `An input failed and was left out: ${seen}`,
  safety_halt: ({ seen }) => `New risk was halted${of(seen)}`,
  safety_reduce_only: ({ seen }) => `Only what reduces risk is allowed${of(seen)}`,
  safety_freeze: ({ seen }) => `New risk was frozen${of(seen)}`,
  safety_clear: ({ seen }) => `A halt was lifted${of(seen)}`,
  cover_pending: () => 'A cover is being bought',
  cover_active: ({ seen, limit, code }) =>
    code === 'cover_active' ? `A cover is active: its floor is ${seen}, the limit to keep ${limit}` : `A cover is active: ${reason(code)}`,
  cover_settling: () => 'A cover expired and waits for its settlement price',
  cover_expired: () => 'A cover ended and was settled',
  cover_closed: ({ code }) => `A cover was closed${code === 'cover_closed' ? '' : `: ${reason(code)}`}`,
  cover_failed: ({ why }) => `A cover could not be bought: ${why}`,
  activation_refused: ({ why }) => `A purchase was refused: ${why}`,
  activation_failed: ({ why }) => `A purchase failed: ${why}`,
  close_blocked: ({ why }) => `The position may not be closed: ${why}`,
  renewal_due: ({ seen }) => `A renewal began: the cover ends in ${seen}`,
  renewal_not_due: ({ seen }) => `A renewal is not due yet: the cover ends in ${seen}`,
  renewal_placed: () => 'The next cover was ordered',
  renewal_completed: ({ seen, limit }) => `The cover was renewed: the floor is ${seen}, the limit to keep ${limit}`,
  renewal_refused: ({ why }) => `No next cover could be bought: ${why}`,
  renewal_consent: ({ seen }) => `The holder’s consent to the next floor was used: ${seen}`,
  renewal_partial: ({ seen, limit }) => `A renewal was filled in part and sold again: try ${seen} of ${limit}`,
  renewal_abandoned: ({ why }) => `The renewal was given up: ${why}`,
  renewal_escalated: ({ seen }) => `A next cover is still missing, ${seen} before the end`,
  renewal_gap: ({ seen }) => `The cover is about to end without a next one: ${seen} left`,
  roll_pending: ({ limit }) => `The next cover is bought; the old one is still to be sold for ${limit}`,
  floor_lowered: ({ seen, limit }) => `The renewal lowered the floor from ${limit} to ${seen}`,
  floor_eroded: ({ seen, limit }) => `What was booked took the floor to ${seen}, under the limit of ${limit}`,
  position_closing: () => 'The position is closed as its cover settles: no next cover could be bought',
  payout_booked: ({ seen, code }) =>
    code === 'payout_differs'
      ? `A payout was booked that differs from the contract by ${seen}`
      : 'The payout of a cover was booked, as the contract says',
  unprotected: ({ limit }) => `The position has no cover left; ${limit} was covered`,
  hedge_action_skipped: ({ why }) => `Nothing was bought or sold: ${why}`,
  hedge_missing: ({ seen, limit }) => `A part of a cover’s option is missing: ${seen} of ${limit} is held`,
  hedge_gone: () => 'The option of a cover is gone from the books',
  over_protected: ({ limit }) => `The position is gone; the cover of ${limit} stays, since it can only pay`,
  partly_covered: ({ seen, limit }) => `A purchase was filled in part: ${seen} of ${limit}`,
  late_fill: ({ seen, limit }) => `A fill came late: ${seen}, counted ${limit}`,
  unwind_placed: () => 'A cover’s option is being sold',
  unwind_completed: ({ seen }) => `A cover’s option was sold: ${seen}`,
  premium_pass_through: ({ seen }) => `The holder is charged ${seen}`,
  hedge_increase: ({ seen }) => `The hedge was increased: ${seen}`,
  hedge_decrease: ({ seen }) => `The hedge was reduced: ${seen}`,
  hedge_roll: ({ seen }) => `The hedge was rolled: ${seen}`,
  hedge_skipped: ({ why }) => `The hedge was left as it is: ${why}`,
  hedge_unchanged: ({ why }) => `The hedge stays as it is: ${why}`,
  alert_raised: ({ code, why }) => `Alert: ${ALERTS[code] ?? why}`,
  alert_cleared: ({ code }) => `Over: ${ALERTS[code] ?? words(code)}`,
}

/** By the name of the alert; what it saw stands beside. */
const ALERTS: Readonly<Record<string, string>> = {
  config_refused: 'a configuration was refused',
  cover_liquidatable: 'the account could be closed before its cover pays',
  coverage_alarm: 'a cover shows an alarm',
  feed_stale: 'the index is too old',
  floor_not_certified: 'the books do not bear out a floor',
  floor_under_programme: 'a renewal’s floor lies under the programme’s limit',
  funding_overdue: 'funding is overdue',
  host_impaired: 'the host is not in order',
  payout_differs: 'a payout is not what the contract says',
  poisoned_input: 'an input failed and was left out',
  position_closing: 'the position is being closed',
  reconciliation_differs: 'the books and the venue differ',
  renewal_escalation: 'a next cover is missing',
  settlement_doubtful: 'a delivery was told twice',
  subsidy_exceeded: 'a fill went beyond what its subsidy was given',
  venue_down: 'a venue is not reached',
  venues_disagree: 'the venues disagree on the index',
}

export function decisionSentence(decision: Told): string {
  const told = SENTENCES[decision.kind]
  return told === undefined ? `${sentence(words(decision.kind))}: ${figuresOf(decision)}` : told(saidOf(decision))
}

/** What the gate saw against what it allows. */
export function figuresOf({ field, seen, limit }: Pick<Told, 'field' | 'seen' | 'limit'>): string {
  return `${fieldName(field)} ${gateValue(field, seen)}, limit ${gateValue(field, limit)}`
}

export function alertTitle({ name }: Pick<AlertShown, 'name'>): string {
  return sentence(ALERTS[name] ?? words(name))
}

function saidOf({ code, field, seen, limit }: Told): Said {
  return {
    seen: gateValue(field, seen),
    limit: gateValue(field, limit),
    why: `${reason(code)} (${figuresOf({ field, seen, limit })})`,
    code,
  }
}

function reason(code: string): string {
  return REASONS[code] ?? words(code)
}

function of(text: string): string {
  return text === '' || text === 'none' ? '' : `: ${text}`
}
