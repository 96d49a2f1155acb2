/** The options of `ballast backtest` as a request; everything that is wrong with them is refused at once. */
import { existsSync } from 'node:fs'
import type { BacktestRequest } from '#lab/backtest/request.ts'
import { parseMoney } from '#units/money.ts'
import { CliRefusal, type Problem } from './failure.ts'
import { setLayer } from './effective-config.ts'

export interface BacktestFlags {
  readonly chains?: string
  readonly bars?: string
  readonly from?: string
  readonly to?: string
  readonly start?: string
  readonly end?: string
  readonly side: string
  readonly size: string
  readonly leverage: string
  readonly drawdownFloor?: string
  readonly equityFloor?: string
  readonly tenorDays: string
  readonly cash?: string
  readonly capital?: string
  readonly strategy: string
  readonly renewal: string
  readonly tier: string
  readonly maxPremium?: string
  readonly combinations?: string
  readonly funding8h: string
  readonly out?: string
  readonly set?: readonly string[]
}

const RENEWALS = ['hold-limit', 'rolling', 'none'] as const
const COMBINATIONS = ['none', 'allowed'] as const
const SIDES = ['long', 'short'] as const

export function backtestRequest(flags: BacktestFlags): BacktestRequest {
  const problems: Problem[] = []
  const check = new Checks(problems)
  const data = check.data(flags)
  const isBars = flags.bars !== undefined
  const floor = isBars ? {} : check.floor(flags)
  const premiumMax = flags.maxPremium === undefined ? undefined : check.amount('--max-premium', flags.maxPremium)
  const combinations = check.oneOf('--combinations', flags.combinations ?? 'none', COMBINATIONS)
  if (flags.strategy !== 'protection') check.wrong('--strategy', flags.strategy, 'protection')
  const request: BacktestRequest = {
    data,
    from: check.one('--from', flags.from, '--start', flags.start, 'a UTC day such as 2026-01-29'),
    to: check.one('--to', flags.to, '--end', flags.end, 'a UTC day such as 2026-02-08'),
    side: check.oneOf('--side', flags.side, SIDES),
    size: check.amount('--size', flags.size),
    leverage: check.number('--leverage', flags.leverage, 1, 100),
    ...floor,
    tenorDays: check.whole('--tenor-days', flags.tenorDays, 365),
    cash: check.amount('--cash', check.one('--cash', flags.cash, '--capital', flags.capital, 'an amount of USDC such as 20000')),
    tierName: flags.tier,
    renewal: check.oneOf('--renewal', flags.renewal, RENEWALS),
    ...(premiumMax === undefined ? {} : { premiumMax }),
    ...(combinations === 'allowed' ? { combinations } : {}),
    fundingRate8h: check.rate('--funding-8h', flags.funding8h),
    out: flags.out ?? check.wrong('--out', null, 'a folder for report.html and report.json'),
    layers: [setLayer(flags.set ?? [], problems)],
  }
  if (problems.length > 0) throw new CliRefusal(problems)
  return request
}

class Checks {
  readonly #problems: Problem[]

  constructor(problems: Problem[]) {
    this.#problems = problems
  }

  wrong(field: string, seen: string | null, limit: string): '' {
    // a value that is missing is said once, not again for its form
    if (seen !== '') this.#problems.push({ field, seen: seen ?? 'missing', limit })
    return ''
  }

  data({ chains, bars }: BacktestFlags): BacktestRequest['data'] {
    const path = chains ?? bars
    if (path === undefined) this.wrong('--chains', null, 'a folder of option chains, or --bars <path>')
    else if (chains !== undefined && bars !== undefined) this.wrong('--bars', bars, 'either --chains or --bars')
    else if (!existsSync(path)) this.wrong(chains === undefined ? '--bars' : '--chains', path, 'a path that exists')
    return { kind: chains === undefined ? 'bars' : 'chains', path: path ?? '' }
  }

  floor({ drawdownFloor, equityFloor }: BacktestFlags): Pick<BacktestRequest, 'drawdownFloor' | 'equityFloor'> {
    if (drawdownFloor !== undefined && equityFloor !== undefined)
      this.wrong('--equity-floor', equityFloor, 'either --drawdown-floor or --equity-floor')
    if (equityFloor !== undefined) return { equityFloor: this.share('--equity-floor', equityFloor) }
    if (drawdownFloor !== undefined) return { drawdownFloor: this.share('--drawdown-floor', drawdownFloor) }
    this.wrong('--drawdown-floor', null, 'a share of the price such as 0.10, or --equity-floor')
    return {}
  }

  one(field: string, value: string | undefined, alias: string, other: string | undefined, limit: string): string {
    if (value !== undefined && other !== undefined && value !== other) return this.wrong(alias, other, `the same as ${field}, or not both`)
    return value ?? other ?? this.wrong(field, null, limit)
  }

  oneOf<T extends string>(field: string, value: string, allowed: readonly [T, ...T[]]): T {
    const found = allowed.find((candidate) => candidate === value)
    if (found === undefined) this.wrong(field, value, allowed.join(' or '))
    return found ?? allowed[0]
  }

  amount(field: string, value: string): string {
    return parseMoney(value)?.isPositive() === true ? value : this.wrong(field, value, 'a positive plain decimal')
  }

  share(field: string, value: string): string {
    const amount = parseMoney(value)
    return amount?.isPositive() === true && amount.toNumber() < 1 ? value : this.wrong(field, value, 'between 0 and 1, as a plain decimal')
  }

  rate(field: string, value: string): string {
    const rate = parseMoney(value)
    return rate !== undefined && Math.abs(rate.toNumber()) < 1
      ? value
      : this.wrong(field, value, 'a rate per 8 hours between -1 and 1, as a plain decimal')
  }

  number(field: string, value: string, min: number, max: number): number {
    const number = Number(value)
    if (value.trim() === '' || !(number >= min && number <= max)) this.wrong(field, value, `a number from ${min} to ${max}`)
    return number
  }

  whole(field: string, value: string, max: number): number {
    const number = this.number(field, value, 1, max)
    if (number >= 1 && number <= max && !Number.isInteger(number)) this.wrong(field, value, 'a whole number of days')
    return number
  }
}
