/** What the figures of a study say, in sentences a person can act on; nothing better than what was measured, and what they do not show. */
import { amount } from '../backtest/html-text.ts'
import type { StudyReport } from './report.ts'
import { basisPoints, count, counted, factor, fixed, percent } from './study-text.ts'

type Facts = Omit<StudyReport, 'sentences'>

export function sentencesOf(facts: Facts): string[] {
  return [
    asked(facts),
    ...promise(facts),
    ...before(facts),
    ...costs(facts),
    ...payouts(facts),
    ...nearest(facts),
    ...variants(facts),
    ...pairs(facts),
    ...held(facts),
  ]
}

function asked({ totals, span }: Facts): string {
  const days = `${span.fromIso.slice(0, 10)} to ${span.toIso.slice(0, 10)}`
  const refused = totals.asked - totals.quotable
  const why = refused === 0 ? 'None was refused.' : `${count(refused, 'was', 'were')} refused: ${counted(totals.refusals)}.`
  return `${count(totals.asked, 'quote')} on ${count(span.quoted, 'snapshot')} from ${days}: ${count(totals.quotable, 'was', 'were')} given (${percent(totals.shareQuotable, 2)}). ${why}`
}

function promise({ totals }: Facts): string[] {
  if (totals.settled === 0) return ['None expired within the recording: nothing is known of the floors.']
  const of = `${count(totals.settled, 'cover')} expired within the recording (${totals.interpolated === totals.settled ? 'all' : totals.interpolated} between two snapshots)`
  const floor =
    totals.underFloor === 0
      ? `none ended under its floor, all costs paid, and the nearest kept ${amount(totals.worstOverFloor)} USDC over it`
      : `${totals.underFloor} ended UNDER THEIR FLOOR, the worst by ${amount(totals.worstOverFloor)} USDC`
  const beyond = totals.beyondPromise === 0 ? '' : ` ${totals.beyondPromise} settled above the highest index their floor speaks of.`
  return [`${of}: ${floor}.${beyond}`]
}

function before({ totals: { beforeSettlement: b } }: Facts): string[] {
  if (b.settled === 0) return []
  const lived =
    b.liquidatedAtBid + b.liquidatedAtMark === 0
      ? 'None fell to its maintenance margin at a snapshot before.'
      : `${b.liquidatedAtBid} WOULD NOT HAVE LIVED TO SEE IT: their account fell to its maintenance margin at a snapshot before, with the option at its bid; ${b.liquidatedAtMark} with it at its mark.`
  if (b.timesUnder === 0) return [`Before settlement no snapshot saw an account under its floor. ${lived}`]
  const far = `half of them by less than ${percent(b.underMedian, 2)} of notional, one in twenty by more than ${percent(b.underP95, 2)}, the worst by ${percent(b.underMax, 2)}`
  return [
    `The floor is a guarantee at settlement. Before it ${fixed(b.timesUnder, 0)} of ${fixed(b.settled, 0)} accounts lay under it at some snapshot, because a bid lies under what the option pays: ${far}. ${lived}`,
  ]
}

/** One question of the middle stands for the others, which the table has. */
function costs({ cells }: Facts): string[] {
  const sides = [...new Set(cells.map(({ side }) => side))]
  const told = sides.flatMap((side) => {
    const own = cells.filter((cell) => cell.side === side)
    const cell = own.find(({ tenorDays, floor }) => tenorDays === 7 && Number(floor) === 0.1) ?? own[Math.floor(own.length / 2)]
    if (cell === undefined || cell.costPerDayMedian === null) return []
    return `A ${side} with a floor of ${percent(Number(cell.floor), 0)} for ${count(cell.tenorDays, 'day')} cost ${basisPoints(cell.costPerDayMedian)} basis points of notional a day (median; ${basisPoints(cell.costPerDayP10)} to ${basisPoints(cell.costPerDayP90)} in eight of ten), ${percent(cell.costPerYearMedian)} a year.`
  })
  return told
}

function payouts({ sides, cells }: Facts): string[] {
  const told = sides.flatMap(({ side, payoutRatio }) => (payoutRatio === null ? [] : `${side}s ${factor(payoutRatio)}`))
  if (told.length === 0) return []
  const apart = Math.max(...cells.map((cell) => cell.apart))
  const least = Math.min(...cells.map((cell) => cell.apart))
  return [
    `What covers paid over what they cost: ${told.join(', ')}. That is this period and no expectation: covers overlap, and each question has only ${least} to ${apart} that follow one another.`,
  ]
}

function nearest({ sides, cells }: Facts): string[] {
  return sides.flatMap(({ side, nearest: found }) => {
    const { compared, sameOption, ratioMedian, ratioP90, keptMoreMean, withoutSize } = found
    if (compared === 0) return []
    const option = side === 'long' ? 'put' : 'call'
    const paid = `a day cost ${factor(ratioMedian)} of it at the median and at most ${factor(ratioP90)} in nine of ten`
    const kept = `the floor kept ${percent(keptMoreMean, 2)} of notional more on average, costs counted`
    return `Against always buying the nearest ${option}: ${percent(sameOption / compared)} of the ${side}s bought that very one; ${paid}; ${kept}.${furthest(cells.filter((cell) => cell.side === side))} Of the nearest ${percent(withoutSize / compared)} had not the size.`
  })
}

/** Where choosing by score costs the most against the nearest. */
function furthest(cells: Facts['cells']): string {
  const [most] = cells.toSorted((a, b) => (b.nearest.ratioMedian ?? 0) - (a.nearest.ratioMedian ?? 0))
  if (most === undefined || (most.nearest.ratioMedian ?? 0) <= 1.05) return ''
  const { tenorDays, floor, nearest: own } = most
  return ` Most for a floor of ${percent(Number(floor), 0)} and ${count(tenorDays, 'day')}: ${factor(own.ratioMedian)} at the median, for ${percent(own.keptMoreMean, 2)} more.`
}

function variants({ variants: all }: Facts): string[] {
  const told = all
    .slice(1)
    .map(({ variant, shareQuotable, costRatioMedian, refusals, beforeSettlement: { liquidatedAtBid, liquidatedAtMark } }) => {
      const why = Object.keys(refusals).length === 0 ? '' : ` (${counted(refusals)})`
      const cost = costRatioMedian === null || costRatioMedian === 1 ? 'same cost' : `${factor(costRatioMedian)} the cost`
      const lost =
        liquidatedAtBid === 0
          ? ''
          : `; ${liquidatedAtBid} met their maintenance margin at the bid before settlement, ${liquidatedAtMark} at the mark`
      return `${variant}, ${percent(shareQuotable, 1)} given${why}, ${cost} at the median${lost}`
    })
  return told.length === 0 ? [] : [`Under other assumptions: ${told.join('. ')}.`]
}

function pairs({ pairs: found }: Facts): string[] {
  if (found === null) return []
  const {
    pairs: many,
    quotable,
    sharePairs,
    onlyAsPair,
    costRatioMedian,
    costRatioP90,
    savedShare,
    settled,
    underFloor,
    worstOverFloor,
  } = found
  if (many === 0) return ['With two options allowed as one cover every answer was still one option.']
  const alone = onlyAsPair === 0 ? '' : ` ${count(onlyAsPair, 'question')} had no other answer.`
  const cost = `a day they cost ${factor(costRatioMedian)} of the single option at the median and at most ${factor(costRatioP90)} in nine of ten, ${percent(savedShare)} less in sum where both end together`
  const kept =
    settled === 0
      ? 'none settled within the recording'
      : underFloor === 0
        ? `none of the ${fixed(settled, 0)} that settled ended under its floor, the nearest kept ${amount(worstOverFloor)} USDC over it`
        : `${underFloor} of ${fixed(settled, 0)} ended UNDER THEIR FLOOR, the worst by ${amount(worstOverFloor)} USDC`
  return [
    `With two options allowed as one cover ${fixed(many, 0)} of ${fixed(quotable, 0)} answers were a pair (${percent(sharePairs)}): ${cost}; ${kept}.${alone}`,
  ]
}

function held({ held: { covers, settled, liquidated, snapshots, differenceMax } }: Facts): string[] {
  if (covers === 0) return []
  const lost = liquidated === 0 ? '' : ` ${liquidated} were closed by the venue before, those of which the second computation says so too.`
  const agrees =
    settled === 0
      ? ''
      : `, and its ledger agrees with the second computation ${Number(differenceMax) === 0 ? 'to the ninth decimal' : `within ${String(differenceMax)} USDC`}`
  return [
    `The platform itself bought ${count(covers, 'cover')} of ${count(snapshots, 'snapshot')} as they were quoted; ${settled} settled within the recording${agrees}.${lost}`,
  ]
}
