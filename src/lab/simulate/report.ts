/** What the simulation says at a terminal: a red seed with everything needed to see it again, faults by number, guards by the seeds they took. */
import { FAULT_IDS, FAULTS } from './faults/catalogue.ts'
import type { FaultTable } from './faults/catalogue.ts'
import { GUARDS } from './guards/registry.ts'
import type { SeedResult } from './run-seed.ts'
import type { GuardResult, Summary } from './run-seeds.ts'

export function redText({ seed, events, starts, violation }: SeedResult, without?: string): string {
  if (violation === undefined) return ''
  const { invariant, detail, at, before } = violation
  const when = new Date(at).toISOString()
  const again = `npm run simulate -- --seeds 1 --from ${seed}${without === undefined ? '' : ` --without ${without}`}`
  return [
    `seed ${seed} is red: ${invariant} ${detail}`,
    `  at ${when}, event ${events} of the world, start ${starts} of the process; what happened before:`,
    ...before.map((line) => `    ${line}`),
    `  again: ${again}`,
  ].join('\n')
}

export function faultText(counts: FaultTable): string {
  return FAULT_IDS.map((id) => `${id}  ${String(counts[id]).padStart(6)}  ${FAULTS[id]}`).join('\n')
}

export function summaryText({ seeds, events, starts, red }: Summary, seconds: number): string {
  const speed = (seeds / seconds).toFixed(2)
  return `${seeds} seeds, ${seeds - red.length} green, ${red.length} red; ${events} events, ${starts} starts of the process; ${speed} seeds/s`
}

export function guardText({ guard, seeds, red }: GuardResult): string {
  const loses = GUARDS.find(({ name }) => name === guard)?.loses ?? ''
  const how = red?.violation === undefined ? 'STAYS GREEN' : `red by ${red.violation.invariant}`
  return `${guard.padEnd(20)} ${how.padEnd(11)} after ${String(seeds).padStart(2)} seeds  (${loses})`
}
