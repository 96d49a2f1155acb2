/** What the figures of a run say about the promise, in sentences a person can act on; nothing better than what was measured. */
import { epochMsFromIso } from '#base/civil-date.ts'
import { usdc } from '#units/money.ts'
import { amount } from './html-text.ts'
import { parseDataWindow } from '../data/window.ts'
import { DAY_MS } from '#units/time.ts'
import type { BacktestRequest } from './request.ts'
import type { Report } from './report.ts'

type Facts = Omit<Report, 'sentences'>

export function sentencesOf(facts: Facts, request: BacktestRequest): string[] {
  return [
    ...notRecorded(facts, request),
    ...outcome(facts, request),
    ...promise(facts),
    ...costs(facts),
    ...renewals(facts),
    ...doubts(facts),
  ]
}

/** First of all: what was asked for and is not in the recording. Less than a day is the distance of its instants. */
function notRecorded({ series }: Facts, request: BacktestRequest): string[] {
  const [first, last] = [series[0]?.atIso, series.at(-1)?.atIso]
  const asked = parseDataWindow(request)
  if (!asked.ok || first === undefined || last === undefined) return []
  const { from, to } = asked.value
  if ((epochMsFromIso(first) ?? from) - from <= DAY_MS && to - (epochMsFromIso(last) ?? to) <= DAY_MS) return []
  const recorded = `recorded from ${instant(first)} to ${instant(last)} UTC`
  return [`NOT THE WHOLE PERIOD: asked from ${request.from} to ${request.to}, ${recorded}. Everything below is of what was recorded.`]
}

function outcome({ totals, liquidatedAtIso, accountLiquidatedAtIso, series }: Facts, { side }: BacktestRequest): string[] {
  const moved = `The index went from ${cents(series[0]?.index)} to ${cents(series.at(-1)?.index)}.`
  const twin =
    liquidatedAtIso === null
      ? `the same ${side} without covers ended at ${cents(totals.equityEndUnprotected)}`
      : `the same ${side} without covers was liquidated on ${instant(liquidatedAtIso)} UTC and kept ${cents(totals.equityEndUnprotected)}`
  const own = accountLiquidatedAtIso === null ? [] : [`The account itself was liquidated on ${instant(accountLiquidatedAtIso)} UTC.`]
  return [`${moved} The account went from ${cents(totals.equityStart)} to ${cents(totals.equityEnd)} USDC; ${twin}.`, ...own]
}

function promise(facts: Facts): string[] {
  const { totals, coverages, config } = facts
  if (config.request['data'] === 'bars') return ['Bars carry no options: nothing limited the loss.']
  const floor = totals.firstFloorEquity
  if (floor === null)
    return [coverages.length === 0 ? 'No cover was bought: nothing limited the loss.' : 'No snapshot saw a cover in force.']
  const lowest = `Its lowest value at the conservative close was ${cents(totals.lowestEquity)} (at mark ${cents(totals.lowestEquityAtMark)}), the first floor ${cents(floor)}, the lowest floor in force ${cents(totals.lowestFloorEquity)}.`
  const end = endOf(facts)
  if (usdc(totals.worstBreach).isZero()) return [lowest, `It never lay under the floor in force, and ${end}.`]
  const gap = `It lay up to ${cents(totals.worstBreach)} under the floor in force at the conservative close, up to ${cents(totals.worstBreachAtMark)} at mark.`
  return [lowest, gap, reasonOf(facts), `It ${end}.`]
}

/** The promise itself: where the account stood against what its last cover was bought for. */
function endOf({ totals, coverages, series }: Facts): string {
  const inForce = series.at(-1)?.floorEquity
  const limit = inForce ?? coverages.at(-1)?.drawdownLimit ?? '0'
  const over = usdc(totals.equityEnd).minus(usdc(limit))
  const name = inForce === null || inForce === undefined ? 'the limit its last cover kept' : 'the floor in force'
  return `ended ${cents(over.abs().toString())} ${over.isNegative() ? 'under' : 'over'} ${name}, ${cents(limit)}`
}

/** Why an account may lie under its floor before settlement. */
function reasonOf({ totals, accountLiquidatedAtIso }: Facts): string {
  if (accountLiquidatedAtIso !== null) {
    return 'The floor is a guarantee at settlement, and a floor near the maintenance margin is none: the venue closed the account, covers included, before they settled.'
  }
  const bid = 'The floor is a guarantee at settlement; before it a bid lies under what the option pays at expiry'
  if (usdc(totals.worstBreachAtMark).isZero()) return `${bid}, and that is the whole of this gap.`
  if (usdc(totals.funding).isPositive()) return `${bid}, and the ${cents(totals.funding)} of funding paid is not part of the floor.`
  return `${bid}, and so may its mark, which follows the future and not the index.`
}

function costs({ coverages, totals }: Facts): string[] {
  if (coverages.length === 0) return []
  const expired = coverages.filter(({ payoutUsdc }) => payoutUsdc !== null).length
  const sold = usdc(totals.premiumReceived).isZero() ? '' : `, brought ${cents(totals.premiumReceived)} when sold before expiry`
  return [
    `${count(coverages.length, 'cover')} cost ${cents(totals.premiumPaid)}${sold} and paid ${cents(totals.payout)} at ${count(expired, 'expiry', 'expiries')}; fees over all trades were ${cents(totals.fees)}.`,
  ]
}

function renewals(facts: Facts): string[] {
  const { decisions, coverages } = facts
  const closing = decisions.find(({ what }) => what === 'position_closing')
  const unprotected = decisions.find(({ what }) => what === 'unprotected')
  const lowered = decisions.filter(({ what }) => what === 'floor_lowered').length
  const open = coverages.filter(({ endedAtIso }) => endedAtIso === null).length
  return [
    ...(closing === undefined
      ? []
      : [
          `No following cover kept the limit with what was left, so the position was closed as its cover settled (${instant(closing.atIso)} UTC).`,
        ]),
    ...(unprotected === undefined ? [] : [`From ${instant(unprotected.atIso)} UTC no cover followed and the position stood unprotected.`]),
    ...gaps(facts),
    ...(lowered === 0 ? [] : [`The floor was lowered at ${count(lowered, 'renewal')} under the rolling policy, each time stated.`]),
    ...(open === 0
      ? []
      : [
          `${count(open, 'cover')} ${open === 1 ? 'was' : 'were'} still open at the end and ${open === 1 ? 'is' : 'are'} marked, not settled.`,
        ]),
  ]
}

/** Times in which one cover had ended and the next was not bought yet. */
function gaps({ coverages, series }: Facts): string[] {
  const found = coverages.flatMap(({ boughtAtIso }, i) => {
    const from = coverages[i - 1]?.endedAtIso
    return from === null || from === undefined || from >= boughtAtIso ? [] : [{ from, to: boughtAtIso }]
  })
  if (found.length === 0) return []
  const listed = found.map(({ from, to }) => `${instant(from)} to ${instant(to)}`).join('; ')
  const inside = series.filter(({ atIso }) => found.some(({ from, to }) => from < atIso && atIso < to)).length
  const why =
    inside === 0 ? 'the recording has no instant in between at which to buy' : `${count(inside, 'recorded instant')} lay in between`
  return [`No cover was in force from ${listed} UTC: ${why}.`]
}

function doubts({ refusals, dataReport, series }: Facts): string[] {
  const total = refusals.reduce((sum, { times }) => sum + times, 0)
  const codes = [...new Set(refusals.map(({ code }) => code.replaceAll('_', ' ')))].join(', ')
  const stale = series.filter((point) => point.stale.length > 0).length
  return [
    ...(total === 0 ? [] : [`${count(total, 'request')} ${total === 1 ? 'was' : 'were'} refused (${codes}); each is listed.`]),
    ...(stale === 0 ? [] : [`${count(stale, 'instant')} had no quote for an option held, which was valued at its price last recorded.`]),
    ...(dataReport.refused === 0 ? [] : [`${count(dataReport.refused, 'row')} of the recording could not be used; each is listed.`]),
  ]
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

function instant(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}

function cents(text: string | null | undefined): string {
  return text === null || text === undefined ? 'unknown' : amount(text).replace('\u2212', '-')
}
