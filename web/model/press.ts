/**
 * What there is to press, in one sentence, so that nobody looks for a button at night that is not needed. Lifting comes first: while something is
 * halted or reduced, that is the press that waits. Nothing the console offers sells or buys; a halt stops new risk alone.
 */
import type { Overview } from '#api/contract-page.ts'
import type { OperatorAction } from '#api/contract-session.ts'
import type { SystemAnswer } from '#api/contract-system.ts'
import type { Tone } from './safety.ts'

export interface ToPress {
  readonly says: string
  /** Whether a button on the system page is meant. */
  readonly isButton: boolean
}
const NOTHING_TRIPPED = 'none tripped'

export function toPress({ readiness }: Pick<Overview, 'readiness'>, tone: Tone): ToPress {
  const check = (wanted: string) => readiness.find(({ name }) => name === wanted)
  if (check('inputs')?.ok === false)
    return { says: 'An input failed: reduce-only stands until somebody has looked at it and lifts it.', isButton: true }
  const standing = check('breakers')?.detail ?? NOTHING_TRIPPED
  if (standing !== NOTHING_TRIPPED)
    return { says: 'New risk is stopped; what reduces, renews and records goes on. Lift it when the cause is gone.', isButton: true }
  if (tone === 'ok') return { says: 'Nothing needs to be pressed.', isButton: false }
  if (tone === 'warn') return { says: 'Nothing needs to be pressed now. A halt would stop new risk.', isButton: true }
  return { says: 'A halt stops new risk; the covers stand, and what reduces or renews goes on.', isButton: true }
}

/** The sources that each press lifts; what another guard set, only that guard lifts. */
const LIFTS: Readonly<Partial<Record<OperatorAction, readonly string[]>>> = {
  'clear-halt': ['operator', 'order-rate'],
  'clear-poison': ['poisoned-input'],
}

/** Why a press would change nothing; undefined where it would, and while it is not known what stands. */
export function nothingToLift(
  action: OperatorAction,
  brakes: readonly Pick<SystemAnswer['brakes'][number], 'source'>[] | undefined,
): string | undefined {
  const lifts = LIFTS[action]
  if (lifts === undefined || brakes === undefined || brakes.some(({ source }) => lifts.includes(source))) return undefined
  return action === 'clear-halt' ? 'Nothing is halted that this would lift.' : 'No failed input stands.'
}
