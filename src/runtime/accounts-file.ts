/**
 * The accounts' file (P-15, C-72): `ACCOUNTS_CONFIG_PATH`, else config/accounts.json here, else the one this package brings. It names funded levels and
 * which account is on which; what an account states itself wins over its level. Of the funded balance B and the most that may be lost of it,
 * the drawdown limit is B x (1 - maxDrawdownPct), target and hysteresis of the buffer are shares of B. Shares are fractions although their
 * names say `Pct`. It becomes a layer of the configuration: limits and bands for the hedge loop, tiers for risk,
 * and the limits again for who watches the floor.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { scalar } from '#base/result.ts'
import { parseMoney } from '#units/money.ts'
import { parseRatio, RATIO_ONE } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { parseQuantity } from '#units/quantity.ts'
import type { ConfigLayer, ConfigProblem, ResolvedConfig } from './config.ts'
import { readConfigFile } from './config-file.ts'

const NAMES = ['config/accounts.json', 'configs/accounts.json', 'accounts.json']
const PACKAGED = fileURLToPath(new URL('../../config/accounts.json', import.meta.url))

const decimal = z.union([z.string(), z.number().transform(String)])
function read<T>(what: string, parse: (text: string) => T | undefined, holds: (value: T) => boolean) {
  return decimal.transform((text, context): T => {
    const value = parse(text)
    if (value !== undefined && holds(value)) return value
    context.addIssue({ code: 'custom', message: `expected ${what}` })
    return z.NEVER
  })
}
const zAmount = read('an amount of USDC above 0', parseMoney<'USDC'>, (amount) => amount.isPositive())
const zShare = read('a fraction above 0 and under 1', parseRatio, (share) => share.units > 0n && share.units < RATIO_ONE.units)
const zSize = read('a size in coins above 0', parseQuantity<'BTC'>, (size) => size.isPositive())

const terms = {
  tierName: z.string().min(1).max(40).optional(),
  initialBalanceUsdc: zAmount.optional(),
  maxDrawdownPct: zShare.optional(),
  bufferTargetPct: zShare.optional(),
  bufferHysteresisPct: zShare.optional(),
  hedgeSizeMax: zSize.optional(),
}
const accountsFile = z.strictObject({
  levels: z.record(z.string().min(1).max(40), z.strictObject(terms)).default({}),
  accounts: z.record(z.string().min(1).max(64), z.strictObject({ level: z.string().min(1), ...terms })).default({}),
})
type Terms = z.output<typeof accountsFile>['levels'][string]

export interface AccountsRead {
  readonly layer?: ConfigLayer
  readonly problems: readonly ConfigProblem[]
}

export function findAccounts(stated: string | undefined, folder = '.'): string | undefined {
  if (stated !== undefined) return stated
  const here = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path))
  return here ?? (existsSync(PACKAGED) ? PACKAGED : undefined)
}

export function readAccounts(path: string): AccountsRead {
  const file = readConfigFile(path)
  if (!file.ok) return { problems: [file.problem] }
  const parsed = accountsFile.safeParse(file.layer.values)
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => problemsOf(path, issue, file.layer.values)) }
  const { levels, accounts } = parsed.data
  const problems: ConfigProblem[] = []
  const funded: Record<string, unknown> = {}
  const tiers: Record<string, string> = {}
  const limits: Record<string, string> = {}
  for (const [account, { level, ...own }] of Object.entries(accounts)) {
    const base = Object.hasOwn(levels, level) ? levels[level] : undefined
    if (base === undefined) {
      problems.push(problem(path, `accounts.${account}.level`, level, `one of ${Object.keys(levels).join(', ')}`))
      continue
    }
    const all: Terms = { ...base, ...stated(own) }
    if (all.tierName !== undefined) tiers[account] = all.tierName
    const section = fundedOf(level, all)
    if (typeof section === 'string')
      problems.push(problem(path, `accounts.${account}.${section}`, 'missing', 'stated by the account or its level'))
    else {
      funded[account] = section
      limits[account] = section.drawdownLimitUsdc
    }
  }
  if (problems.length > 0) return { problems }
  const components = {
    'hedging/loop': { accounts: funded },
    'monitoring/floor-watch': { limits },
    ...(Object.keys(tiers).length === 0 ? {} : { 'risk/limits': { accountTiers: tiers } }),
  }
  return { layer: { source: path, values: { components } }, problems }
}

/** Accounts that exist: the one the platform opens by itself, and every one that is funded. */
export function knownAccounts({ host, components }: Pick<ResolvedConfig, 'host' | 'components'>): readonly string[] {
  const { accounts } = components['hedging/loop'] as { readonly accounts: Readonly<Record<string, unknown>> }
  return [...new Set([host.demo.account, ...Object.keys(accounts)])]
}

function stated(own: Terms): Terms {
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) as Terms
}

/** The loop's section for an account, or the name of what it cannot do without. */
function fundedOf(level: string, { initialBalanceUsdc, maxDrawdownPct, bufferTargetPct, bufferHysteresisPct, hedgeSizeMax }: Terms) {
  if (initialBalanceUsdc === undefined) return 'initialBalanceUsdc'
  if (maxDrawdownPct === undefined) return 'maxDrawdownPct'
  const share = (of: Ratio): string => initialBalanceUsdc.times(of, 'up').toString()
  return {
    level,
    initialBalanceUsdc: initialBalanceUsdc.toString(),
    drawdownLimitUsdc: share(RATIO_ONE.minus(maxDrawdownPct)),
    ...(bufferTargetPct === undefined ? {} : { bufferTargetUsdc: share(bufferTargetPct) }),
    ...(bufferHysteresisPct === undefined ? {} : { bufferHysteresisUsdc: share(bufferHysteresisPct) }),
    ...(hedgeSizeMax === undefined ? {} : { hedgeSizeMax: hedgeSizeMax.toString() }),
  }
}

function problemsOf(source: string, issue: z.core.$ZodIssue, values: unknown): ConfigProblem[] {
  const path = issue.path.map(String)
  const at = (steps: readonly string[]): unknown =>
    steps.reduce<unknown>(
      (node, step) => (typeof node === 'object' && node !== null && Object.hasOwn(node, step) ? Reflect.get(node, step) : undefined),
      values,
    )
  if (issue.code !== 'unrecognized_keys') return [problem(source, path.join('.'), at(path), issue.message)]
  return issue.keys.map((key) => ({
    ...problem(
      source,
      [...path, key].join('.'),
      at([...path, key]),
      path.length === 0 ? 'levels or accounts' : `one of ${Object.keys(terms).join(', ')}`,
    ),
    code: 'unknown_key' as const,
  }))
}

function problem(source: string, field: string, seen: unknown, limit: string): ConfigProblem {
  return { code: 'invalid_value', field, seen: scalar(seen), limit, source }
}
