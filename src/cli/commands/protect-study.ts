/** `ballast protect-study`: what protection would have cost and kept at every recorded snapshot. All that is wrong with its options is said at once. */
import { existsSync } from 'node:fs'
import type { StudyRequest } from '#lab/study/request.ts'
import { parseMoney } from '#units/money.ts'
import { HOUR_MS } from '#units/time.ts'
import { CliRefusal, type Problem } from '../failure.ts'
import { setLayer } from '../effective-config.ts'
import { EXIT } from '../exit-codes.ts'
import { collect, SET_HELP, type AddCommand, type CommandContext } from './command.ts'

const NOTES = `
Example:
  ballast protect-study --chains ../shared/data/options --out out/protection

It writes report.html, report.json and quotes.csv (and pairs.csv, where pairs are allowed) into --out; without --out it says its sentences alone. Exit code 3: nothing could be quoted.`

export interface StudyFlags {
  readonly chains?: string
  readonly every: string
  readonly tenor: string
  readonly floor: string
  readonly side: string
  readonly from?: string
  readonly to?: string
  readonly size: string
  readonly leverage: string
  readonly cashShare: string
  readonly tier: string
  readonly combinations?: string
  readonly heldEvery: string
  readonly out?: string
  readonly set?: readonly string[]
}

export const addProtectStudy: AddCommand = (program, context) => {
  program
    .command('protect-study')
    .summary('what protection cost and kept through recorded chains')
    .description(
      'Quotes a protected account at every recorded snapshot, holds each quote to its expiry, and reports what it cost and what it kept.',
    )
    .option('--chains <folder>', 'recorded option chains')
    .option('--every <span>', 'least time between two quoted snapshots, such as 4h or 30m', '4h')
    .option('--tenor <days>', 'lengths of a cover, with commas', '1,3,7,14,30')
    .option('--floor <shares>', 'floors as shares of the price, with commas', '0.05,0.10,0.15,0.20')
    .option('--side <sides>', 'long, short, or long,short for both', 'long,short')
    .option('--from <day>', 'first UTC day or instant; default the first recorded')
    .option('--to <day>', 'last UTC day or instant; default the last recorded')
    .option('--size <btc>', 'size of the position', '1')
    .option('--leverage <factor>', 'leverage set at the venue', '5')
    .option('--cash-share <share>', 'cash of the account as a share of its notional', '0.5')
    .option('--tier <name>', 'Bronze, Silver, Gold or Platinum', 'Bronze')
    .option('--combinations <policy>', 'allowed: every question once more with two options of one expiry as one cover', 'none')
    .option('--held-every <n>', 'the platform itself holds covers of every n-th snapshot; 0: of none', '12')
    .option('--out <folder>', 'where the report goes')
    .option('--set <key=value>', SET_HELP, collect)
    .addHelpText('after', NOTES)
    .action((flags: StudyFlags) => protectStudy(flags, context))
}

async function protectStudy(flags: StudyFlags, { terminal, finish }: CommandContext): Promise<void> {
  const request = studyRequest(flags)
  const { runStudy } = await import('#lab/study/run.ts')
  const { exitCode, written, summary } = await runStudy(request, { progress: (line) => terminal.progress(line) })
  terminal.progress('')
  for (const line of summary) terminal.answer(line)
  if (written.length > 0) terminal.answer(`\n${written.join('\n')}`)
  finish(exitCode === 3 ? EXIT.floorNotBought : EXIT.done)
}

export function studyRequest(flags: StudyFlags): StudyRequest {
  const problems: Problem[] = []
  const wrong = (field: string, seen: string | null, limit: string): undefined => {
    problems.push({ field, seen: seen ?? 'missing', limit })
  }
  const chains = flags.chains ?? null
  if (chains === null || !existsSync(chains)) wrong('--chains', chains, 'a folder of recorded option chains')
  const request: StudyRequest = {
    chains: chains ?? '',
    ...(flags.from === undefined ? {} : { from: flags.from }),
    ...(flags.to === undefined ? {} : { to: flags.to }),
    everyMs: spanOf(flags.every) ?? wrong('--every', flags.every, 'a span such as 4h or 30m') ?? 0,
    tenors: listOf(flags.tenor, wholeDays) ?? wrong('--tenor', flags.tenor, 'whole days from 1 to 90, each once, with commas') ?? [],
    floors: listOf(flags.floor, share) ?? wrong('--floor', flags.floor, 'shares between 0 and 1, each once, with commas') ?? [],
    sides: listOf(flags.side, side) ?? wrong('--side', flags.side, 'long, short or long,short') ?? [],
    size: lots(flags.size) ?? wrong('--size', flags.size, 'a multiple of 0.1 BTC above 0, at most 100') ?? '',
    leverage: number(flags.leverage, 1, 100) ?? wrong('--leverage', flags.leverage, 'a number from 1 to 100') ?? 1,
    cashShare: positive(flags.cashShare) ?? wrong('--cash-share', flags.cashShare, 'a plain decimal above 0') ?? '',
    tierName: flags.tier,
    ...(combinationsOf(flags, wrong) === 'allowed' ? { combinations: 'allowed' } : {}),
    heldEvery: whole(flags.heldEvery, 0, 1_000_000) ?? wrong('--held-every', flags.heldEvery, 'a whole number from 0') ?? 0,
    ...(flags.out === undefined ? {} : { out: flags.out }),
    layers: [setLayer(flags.set ?? [], problems)],
  }
  if (problems.length > 0) throw new CliRefusal(problems)
  return request
}

function combinationsOf({ combinations = 'none' }: StudyFlags, wrong: (field: string, seen: string, limit: string) => void): string {
  if (combinations !== 'none' && combinations !== 'allowed') wrong('--combinations', combinations, 'none or allowed')
  return combinations
}

/** Undefined when an entry is refused, empty or there twice. */
function listOf<T>(text: string, parse: (entry: string) => T | undefined): readonly T[] | undefined {
  const values = text.split(',').map((entry) => parse(entry.trim()))
  const isWhole = values.every((value) => value !== undefined) && new Set(values.map(keyOf)).size === values.length
  return isWhole ? (values as T[]) : undefined
}

function keyOf(value: unknown): string {
  return typeof value === 'string' && parseMoney(value) !== undefined ? String(parseMoney(value)) : String(value)
}

function spanOf(text: string): number | undefined {
  const match = /^(\d{1,5})(m|h|d)$/.exec(text)
  if (match === null || Number(match[1]) === 0) return undefined
  return Number(match[1]) * { m: HOUR_MS / 60, h: HOUR_MS, d: HOUR_MS * 24 }[match[2] as 'm' | 'h' | 'd']
}

function wholeDays(text: string): number | undefined {
  return whole(text, 1, 90)
}

function share(text: string): string | undefined {
  const amount = parseMoney(text)
  return amount?.isPositive() === true && amount.toNumber() < 1 ? text : undefined
}

function side(text: string): 'long' | 'short' | undefined {
  return text === 'long' || text === 'short' ? text : undefined
}

function lots(text: string): string | undefined {
  const amount = parseMoney(text)
  return amount?.isPositive() === true && amount.toNumber() <= 100 && amount.units % 10n ** 17n === 0n ? text : undefined
}

function positive(text: string): string | undefined {
  return parseMoney(text)?.isPositive() === true ? text : undefined
}

function whole(text: string, min: number, max: number): number | undefined {
  const value = number(text, min, max)
  return Number.isInteger(value) ? value : undefined
}

function number(text: string, min: number, max: number): number | undefined {
  const value = Number(text)
  return text.trim() !== '' && value >= min && value <= max ? value : undefined
}
