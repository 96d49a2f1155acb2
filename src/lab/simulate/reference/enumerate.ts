/**
 * Every strike there is against the reference scenario: a kill at each boundary passed, and a halt at each step taken, of activation and of
 * renewal, under each order of acknowledgement and fill. What must come of it, besides the invariants the oracle judges at every event:
 * a killed activation ends in the cover that was wished for or in none, a killed renewal in the cover; a halt stops an activation before its
 * approval and never a renewal.
 */
import type { Sabotage } from '../guards/sabotage.ts'
import { LINES, runReference } from './scenario.ts'
import type { Outcome, Stage, Strike } from './scenario.ts'

export const STAGES: readonly Stage[] = ['activation', 'renewal']

export interface Judged {
  readonly strike: Strike
  readonly outcome: Outcome
  /** What is wrong with it; undefined when nothing is. */
  readonly wrong: string | undefined
}

/** The scenario left alone, and every strike at it. */
export async function allStrikes(): Promise<readonly Strike[]> {
  const strikes: Strike[] = []
  for (const isPair of [false, true])
    for (const stage of STAGES)
      for (const lines of LINES) {
        const whole: Strike = isPair ? { stage, lines, isPair } : { stage, lines }
        const { boundaries, steps } = await runReference(whole)
        strikes.push(whole)
        for (let killAt = 0; killAt < boundaries.length; killAt++) strikes.push({ ...whole, killAt })
        for (let haltAt = 0; haltAt < steps; haltAt++) strikes.push({ ...whole, haltAt })
      }
  return strikes
}

export async function judge(strike: Strike, sabotage?: Sabotage): Promise<Judged> {
  const outcome = await runReference(strike, sabotage)
  return { strike, outcome, wrong: wrongWith(strike, outcome) }
}

function wrongWith({ stage, killAt, haltAt, isPair }: Strike, outcome: Outcome): string | undefined {
  const { violation, covers, options, starts, isHalted } = outcome
  if (violation !== undefined) return `${violation.invariant} ${violation.detail}`
  const wanted = stage === 'activation' ? ['active'] : ['active', 'active']
  const isAsWished = covers.filter((state) => state === 'active').length === wanted.length
  if (killAt !== undefined && starts !== 2) return `the process was to be killed once and started ${starts} times`
  if (haltAt !== undefined && !isHalted) return 'the halt was never asked for'
  const isWhole = isPair !== true || options.every((count) => count === 2)
  if (!isWhole) return `covers of ${options.join(' and ')} options, not of two`
  const mayRefuse = stage === 'activation' && (haltAt !== undefined || killAt !== undefined)
  if (!isAsWished && !mayRefuse) return `covers ended ${covers.join(', ') || 'never begun'}, not ${wanted.join(', ')}`
  const isEnded = covers.every((state) => state === 'active' || state === 'failed')
  return isEnded ? undefined : `covers ended ${covers.join(', ')}`
}

export function strikeText({ stage, lines, isPair, killAt, haltAt }: Strike): string {
  const what = killAt !== undefined ? `killed at boundary ${killAt}` : haltAt !== undefined ? `halted at step ${haltAt}` : 'left alone'
  return `${stage}${isPair === true ? ' of a pair' : ''}, ${lines.name}, ${what}`
}
