/**
 * What an active cover has to say of itself once something about it is over: what it holds beyond its size, what it misses, that it covers a part of
 * what was asked for, that its floor is under its limit. Alarms with an end of their own (a roll, a renewal, a position that is gone) are left
 * to who set them.
 */
import { legsOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { withoutAlarm } from './roll.ts'
import { surplusOf } from './unwind-state.ts'

/** Those this file gives and takes. */
const OWN: ReadonlySet<string> = new Set(['over_bought', 'hedge_missing', 'partly_covered', 'partly_closed', 'below_drawdown_limit'])

export function standingAlarm(cover: Coverage): Coverage {
  const { alarm, explanation, size, terms } = cover
  if (alarm !== undefined && !OWN.has(alarm)) return cover
  const legs = legsOf(cover)
  if (legs.some(({ filled, size: wanted }) => filled.compare(wanted) < 0)) return { ...cover, alarm: 'hedge_missing' }
  if (legs.some((leg) => surplusOf(leg).isPositive())) return { ...cover, alarm: 'over_bought' }
  if (size.compare(terms.size) < 0) {
    const isBought = alarm === 'partly_covered' || explanation?.code === 'partly_covered'
    return { ...cover, alarm: isBought ? 'partly_covered' : 'partly_closed' }
  }
  return withoutAlarm(cover)
}
