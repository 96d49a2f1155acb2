/**
 * `npm run simulate`: the whole system under drawn faults. `--seeds N` seeds from `--from S` on; `--without <guard>` takes a guard away, which
 * must turn red; `--guards-red` does so for every guard; `--reference` strikes at every step of one cover's life. Exit code 0: as it should be; 1: a red seed, or a guard whose removal stays
 * green; 2: not understood.
 */
import { parseArgs } from 'node:util'
import { GUARDS } from './guards/registry.ts'
import { allStrikes, judge, strikeText } from './reference/enumerate.ts'
import { faultText, guardText, redText, summaryText } from './report.ts'
import { runSeeds, runWithout, SeedPool } from './run-seeds.ts'
import type { Seeds } from './run-seeds.ts'

const GUARD_SEEDS_MAX = 60
const HELP = `npm run simulate -- [--seeds N] [--from S] [--without <guard>] [--guards-red] [--reference]

  --seeds N         so many seeds (default 50; the most per guard with --guards-red, default ${GUARD_SEEDS_MAX})
  --from S          the first seed (default 1)
  --without GUARD   take one guard away: the run must turn red; exit code 1 says that it did
  --guards-red      take each guard away in turn; exit code 1 when one removal stays green
  --reference       instead of seeds: a kill at every step of activation and renewal of one cover, and a halt at every
                    step, under each order of acknowledgement and fill

guards: ${GUARDS.map(({ name }) => name).join(', ')}
`

interface Flags {
  readonly seeds: Seeds
  readonly without: string | undefined
  readonly guardsRed: boolean
  readonly reference: boolean
}

function readFlags(argv: readonly string[]): Flags | string {
  const options = {
    seeds: { type: 'string' },
    from: { type: 'string' },
    without: { type: 'string' },
    'guards-red': { type: 'boolean' },
    reference: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ args: [...argv], options })
    if (values.help === true) return HELP
    const guardsRed = values['guards-red'] ?? false
    const count = whole('seeds', values.seeds ?? String(guardsRed ? GUARD_SEEDS_MAX : 50), 1)
    const from = whole('from', values.from ?? '1', 0)
    const { without } = values
    if (without !== undefined && !GUARDS.some(({ name }) => name === without)) {
      throw new TypeError(`without: ${without} — one of ${GUARDS.map(({ name }) => name).join(', ')}`)
    }
    return { seeds: { from, count }, without, guardsRed, reference: values.reference ?? false }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

class UsageError extends Error {
  override readonly name = 'UsageError'
}

function whole(name: string, text: string, min: number): number {
  const value = Number(text)
  if (!(Number.isSafeInteger(value) && value >= min && value <= 1_000_000))
    throw new TypeError(`${name}: ${text} — a whole number from ${min} to 1000000`)
  return value
}

async function simulate({ seeds, without, guardsRed, reference }: Flags): Promise<number> {
  if (reference) return everyStrike()
  const pool = new SeedPool()
  try {
    if (guardsRed) return await allGuards(pool, seeds)
    return without === undefined ? await intact(pool, seeds) : await oneGuard(pool, without, seeds)
  } finally {
    await pool.close()
  }
}

async function intact(pool: SeedPool, seeds: Seeds): Promise<number> {
  const started = performance.now()
  const summary = await runSeeds(pool, seeds, (result) => result.violation !== undefined && print(redText(result)))
  print(faultText(summary.counts))
  print(summaryText(summary, (performance.now() - started) / 1_000))
  return summary.red.length === 0 ? 0 : 1
}

async function everyStrike(): Promise<number> {
  const started = performance.now()
  const strikes = await allStrikes()
  let red = 0
  for (const strike of strikes) {
    const { outcome, wrong } = await judge(strike)
    if (wrong === undefined) continue
    red += 1
    print([`red: ${strikeText(strike)}: ${wrong}`, ...(outcome.violation?.before ?? []).map((line) => `    ${line}`)].join('\n'))
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  print(`${strikes.length} runs of the reference scenario, ${strikes.length - red} green, ${red} red; ${seconds} s`)
  return red === 0 ? 0 : 1
}

async function oneGuard(pool: SeedPool, guard: string, seeds: Seeds): Promise<number> {
  const result = await runWithout(pool, guard, seeds)
  if (result.red !== undefined) print(redText(result.red, guard))
  print(guardText(result))
  return result.red === undefined ? 0 : 1
}

async function allGuards(pool: SeedPool, seeds: Seeds): Promise<number> {
  const results = await Promise.all(
    GUARDS.map(async ({ name }) => {
      const result = await runWithout(pool, name, seeds)
      print(guardText(result))
      return result
    }),
  )
  const green = results.filter(({ red }) => red === undefined)
  print(green.length === 0 ? `all ${results.length} removals turn red` : `green without: ${green.map(({ guard }) => guard).join(', ')}`)
  return green.length === 0 ? 0 : 1
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const flags = readFlags(argv)
    if (typeof flags !== 'string') return await simulate(flags)
    print(flags.trimEnd())
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`simulate: ${error.message}\n`)
    return 2
  }
}

process.exitCode = await main(process.argv.slice(2))
