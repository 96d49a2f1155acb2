/**
 * The answer to "is the account safe?" in one word and one sentence, from the overview and the state of the connection. A ladder, the
 * worst first: what cannot be known is never called safe, and last-known numbers are named as such. "Under the floor" is not a breach
 * before settlement: equity at the conservative close may lie under it by what the bid lacks of the option's worth (the promise holds
 * at settlement), so it is said with that amount.
 */
import type { Overview, OverviewCoverage } from '#api/contract-page.ts'
import { coin, isNegative, percent, relative, unitsOf, usdc, written } from '../format/decimal.ts'
import { age, countdown, instant } from '../format/time.ts'
import { words } from '../format/words.ts'

export type Tone = 'ok' | 'warn' | 'bad' | 'unknown'
export interface Safety {
  readonly tone: Tone
  readonly answer: string
  readonly because: string
}
export interface Link {
  readonly isLost: boolean
  readonly problem: string | undefined
}

const HOUR_MS = 3_600_000
const GAP_MIN_PERCENT = 1n
/** As the certificate names it, in words. */
const EXCLUDED: Readonly<Record<string, string>> = { trading: 'other trades', otherCovers: 'other covers' }

export function safetyOf(overview: Overview | undefined, link: Link): Safety {
  if (overview === undefined) {
    if (link.problem !== undefined) return unknown('Cannot tell', `The server does not answer: ${link.problem}. Nothing was received yet.`)
    return unknown('Loading', 'Asking the server for the account.')
  }
  const { price, position, equity } = overview
  if (link.isLost)
    return unknown(
      'Cannot tell',
      `Not connected. Last known: ${standing(overview).answer.toLowerCase()}, at ${instant(overview.platform.marketTimeIso)} market time.`,
    )
  if (price === null) return unknown('Waiting for the first price', 'No price was admitted yet. Nothing is shown until one is.')
  if (!price.fresh)
    return unknown(
      'Cannot tell',
      `The index is ${age(price.ageMs)} old and no longer counts. Last known: ${standing(overview).answer.toLowerCase()}.`,
    )
  if (position !== null && equity === null)
    return unknown('Waiting for a value', 'The position is known; its value needs a price for everything held.')
  if (equity !== null && equity.missingPositions.length > 0)
    return unknown('Cannot tell', `No price for ${equity.missingPositions.join(', ')}: the value of the account is not complete.`)
  return standing(overview)
}

/** What the numbers themselves say, whatever their age. */
function standing(overview: Overview): Safety {
  const { position, floor, coverages, covered } = overview
  if (position === null && (unitsOf(covered.size) ?? 0n) === 0n)
    return { tone: 'ok', answer: 'Nothing at risk', because: 'The account holds no position.' }
  const cover = coverInForce(overview)
  if (cover === undefined || floor === null) return withoutCover(overview)
  const alarmed = coverages.find(({ alarm }) => alarm !== null)
  if (alarmed !== undefined) return { tone: 'bad', answer: 'Protected, with an alarm', because: `${alarmed.alarm}.` }
  if (cover.state === 'settling') return settling(cover, covered)
  if (covered.open.length > 0 || covered.ratio === null) return partly(covered)
  const unproven = coverages.find(({ state, certified }) => state === 'active' && certified?.holds === false)
  if (unproven !== undefined) return notCertified(unproven)
  const outside = outsideProgramme(overview, floor)
  if (outside !== undefined) return outside
  const below = belowTheFloor(floor, cover)
  if (below !== undefined) return { tone: 'warn', answer: 'The floor does not count everything', because: below }
  if (isNegative(floor.distanceUsdc)) return underTheFloor(floor, cover)
  return { tone: 'ok', answer: 'Safe', because: aboveTheFloor(overview, floor, cover) }
}

/** The server says which it is, where several stand. */
export function coverInForce({ coverages, floor }: Pick<Overview, 'coverages' | 'floor'>): OverviewCoverage | undefined {
  return floor === null ? undefined : coverages.find(({ coverageId }) => coverageId === floor.coverageId)
}

type Floor = NonNullable<Overview['floor']>
type Covered = Overview['covered']

function withoutCover({ coverages, covered }: Overview): Safety {
  const held = openOf(covered)
  if (coverages.some(({ state }) => state === 'pending'))
    return {
      tone: 'bad',
      answer: 'Not protected yet',
      because: `A cover for ${held} is being bought; until it is filled nothing limits the loss.`,
    }
  return {
    tone: 'bad',
    answer: 'Not protected',
    because: `No cover stands for ${held}. Nothing limits the loss but its own margin.`,
  }
}

/** All covers together, over everything that is to be covered. */
function partly(covered: Covered): Safety {
  const share = covered.ratio === null ? 'An unknown part' : percent(covered.ratio)
  return {
    tone: 'bad',
    answer: 'Partly protected',
    because: `${share} of the position is covered. No floor holds for the rest of ${openOf(covered)}.`,
  }
}

function openOf({ open }: Covered): string {
  const named = open.map(
    ({ positionId, side, size, source }) =>
      `the ${side} of ${coin(size)} BTC ${source === 'books' ? 'in the books' : `stated as ${positionId}`}`,
  )
  return named.length === 0 ? 'the position' : named.join(' and ')
}

/** An option that has expired covers no further move. */
function settling(cover: OverviewCoverage, covered: Covered): Safety {
  const booked = `${cover.instrument} has expired; its payout is booked when the settlement price is known.`
  if (covered.open.length === 0) return { tone: 'warn', answer: 'Settling', because: booked }
  return { tone: 'bad', answer: 'Settling, not covered since', because: `${booked} No cover stands for the rest of ${openOf(covered)}.` }
}

/** A cover can keep its own floor and still let the account fall out of the programme: the limit that counts is the programme's. */
function outsideProgramme({ programme }: Overview, { floorEquity }: Floor): Safety | undefined {
  if (programme === null || !isNegative(programme.floorDistanceUsdc)) return undefined
  const { level, limitUsdc, distanceUsdc, floorDistanceUsdc } = programme
  const limit = `the limit of the programme ${level}, ${usdc(limitUsdc)} USDC`
  const gap = `The floor of ${usdc(floorEquity)} lies ${usdc(floorDistanceUsdc).slice(1)} under it.`
  if (isNegative(distanceUsdc))
    return {
      tone: 'bad',
      answer: 'Under the programme’s limit',
      because: `Closed now the account would end ${usdc(distanceUsdc).slice(1)} USDC under ${limit}. ${gap}`,
    }
  return {
    tone: 'warn',
    answer: 'Safe at its floor, not at the programme’s limit',
    because: `${usdc(distanceUsdc)} USDC above ${limit}. ${gap} The cover does not stop a loss between the two.`,
  }
}

function notCertified(cover: OverviewCoverage): Safety {
  const worst = usdc(cover.certified?.worstEquityUsdc)
  return {
    tone: 'bad',
    answer: 'The floor is not proven',
    because: `The certificate of ${cover.instrument} does not hold: the account could end at ${worst} USDC.`,
  }
}

/** Funding that was paid takes a little from every floor and is said beside it; what takes more than `GAP_MIN_PERCENT` of it comes first. */
function belowTheFloor({ floorEquity }: Floor, { certified }: OverviewCoverage): string | undefined {
  const [promised, worst] = [unitsOf(floorEquity), unitsOf(certified?.worstEquityUsdc)]
  if (certified === null || promised === undefined || worst === undefined) return undefined
  if (worst >= promised - (promised * GAP_MIN_PERCENT) / 100n) return undefined
  return `The cover holds its floor of ${usdc(floorEquity)} USDC. With ${excludedOf(certified.excluded)} since it was bought, which the floor does not count, the account could end at ${usdc(certified.worstEquityUsdc)} USDC.`
}

function excludedOf(excluded: readonly { readonly name: string; readonly usdc: string }[]): string {
  const named = excluded.map((one) => `${EXCLUDED[one.name] ?? words(one.name)} (${usdc(one.usdc, true)})`)
  return named.length === 0 ? 'what was booked' : named.join(', ')
}

function underTheFloor(floor: Floor, cover: OverviewCoverage): Safety {
  const under = usdc(floor.distanceUsdc).slice(1)
  const until = countdown(cover.hoursLeft * HOUR_MS)
  if (unitsOf(cover.mtmUsdc) === 0n) {
    const because = `Nobody bids for the ${cover.optionType} at this moment, so it counts as nothing: ${under} USDC under the floor. It pays in full at settlement, in ${until}, and the floor holds then.`
    return { tone: 'warn', answer: 'Safe at settlement', because }
  }
  return {
    tone: 'warn',
    answer: 'Safe at settlement',
    because: `Sold at today’s bids the account would end ${under} USDC under its floor. The ${cover.optionType} pays in full at settlement, in ${until}, and the floor holds then.`,
  }
}

/** The strike is where losses stop, so it is the distance that counts; beyond it they have stopped already. */
function aboveTheFloor({ price, coverages }: Overview, floor: Floor, cover: OverviewCoverage): string {
  const isLong = cover.optionType === 'put'
  const above = `${usdc(floor.distanceUsdc)} USDC above the floor.`
  const active = coverages.filter(({ state }) => state === 'active')
  const left = countdown(Math.min(...active.map(({ hoursLeft }) => hoursLeft)) * HOUR_MS)
  const until =
    active.length === 1
      ? `it covers the full size for ${left} more.`
      : `${active.length} covers stand for the full size, the first to end in ${left}.`
  const move = relative(price?.index, cover.strike)
  if (move === undefined) return `${above} The ${cover.optionType} stands; ${until}`
  const way = isLong ? -move : move
  if (way <= 0n)
    return `${above} The price is at or ${isLong ? 'under' : 'over'} the strike, so the ${cover.optionType} carries the loss; ${until}`
  const share = `${written(way * 100n, { places: 2 })}\u00a0%`
  return `${above} After a ${isLong ? 'fall' : 'rise'} of ${share} to ${usdc(cover.strike)} the ${cover.optionType} takes over; ${until}`
}

/** What happens at the floor, for the reader who asks "and then?". */
export function atTheFloor(overview: Overview): string | undefined {
  const { floor } = overview
  const cover = coverInForce(overview)
  if (floor === null || cover === undefined) return undefined
  const beyond = cover.optionType === 'put' ? 'Under' : 'Over'
  return `${beyond} ${usdc(cover.strike)} the ${cover.optionType} pays back at settlement what the position loses: the account keeps at least ${usdc(floor.floorEquity)} USDC on ${instant(cover.expiryIso)}${notCounted(cover)}. Before then its value can lie lower by what buyers bid too little for the ${cover.optionType}.`
}

/** While the cover of that renewal stands. */
export function loweredFloor({ floor }: Overview): string | undefined {
  if (floor === null || floor.lowered === null) return undefined
  const { fromUsdc, toUsdc, atIso } = floor.lowered
  return `Floor lowered from ${usdc(fromUsdc)} to ${usdc(toUsdc)} USDC on ${instant(atIso)}, by the renewal that bought this cover.`
}

function notCounted({ floorExcludes }: OverviewCoverage): string {
  const names = floorExcludes.map(words)
  const [last] = names.slice(-1)
  if (last === undefined) return ''
  return `, not counting ${names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`}`
}

function unknown(answer: string, because: string): Safety {
  return { tone: 'unknown', answer, because }
}
