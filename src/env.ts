/**
 * The only file that reads the environment. Every variable the documents name is known here by type; an unknown one under our prefixes is
 * an error, a near miss of a known name is a warning (C-72). Secrets are read on demand and never become configuration, event or log.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { editDistance } from '#base/near-name.ts'

type Schema = z.ZodType<unknown, unknown>
type Catalogue = Readonly<Record<string, Schema>>

const flag = z.stringbool()
const count = z.coerce.number().int().min(0)
const positive = z.coerce.number().positive()
const fraction = z.coerce.number().min(0).max(1)
const port = z.coerce.number().int().min(0).max(65_535)
const text = z.string().min(1)

/** Variables that set configuration: name, schema, configuration path. */
const SETTINGS: Readonly<Record<string, { readonly schema: Schema; readonly path: string }>> = {
  PORT: { schema: port, path: 'port' },
  HOST: { schema: text, path: 'host' },
  OPS_PORT: { schema: port, path: 'opsPort' },
  BALLAST_DATA: { schema: text, path: 'dataFolder' },
  BALLAST_SPEED: { schema: positive, path: 'sim.speed' },
  BALLAST_SEED: { schema: text, path: 'sim.seed' },
  BALLAST_SCENARIO: { schema: text, path: 'sim.scenario' },
  FOXIFY_APPROVED: { schema: flag, path: 'approved' },
  TRUST_GATEWAY: { schema: flag, path: 'trustGateway' },
  ALERT_WEBHOOK_PRIVATE: { schema: flag, path: 'alertWebhook.allowPrivate' },
  QUOTE_CACHE_TTL_MS: { schema: count, path: 'quoteCache.ttlMs' },
  QUOTE_CACHE_STALE_MS: { schema: count, path: 'quoteCache.staleMs' },
  QUOTE_CACHE_HARD_MS: { schema: count, path: 'quoteCache.hardMs' },
  LOOP_INTERVAL_MS: { schema: count, path: 'hedging/loop.loopIntervalMs' },
  MTM_INTERVAL_MS: { schema: count, path: 'ledger/mtm.intervalMs' },
}

/** Secrets: checked here, read on demand, in no configuration. */
const SECRETS: Catalogue = {
  ALERT_WEBHOOK_URL: z.url(),
  BALLAST_ADMIN_TOKEN: z.string().regex(/^\S+$/, { error: 'a text without spaces' }),
  BALLAST_TOKENS: z
    .string()
    .regex(/^(viewer|trader|operator|admin):[\w-]{1,40}:[^\s,:]+(,(viewer|trader|operator|admin):[\w-]{1,40}:[^\s,:]+)*$/, {
      error: 'role:name:token, more after a comma; a token has 16 to 512 characters, none of them a space, comma or colon',
    }),
}
/**
 * What a secret that people or machines prove themselves with has at least: 16 characters cannot be guessed through a rate limit; a key of HMAC-SHA-256
 * has no fewer bytes than its digest (RFC 2104, section 3). The most is what a request may carry.
 */
const TOKEN_LENGTH = { min: 16, max: 512 }
const SIGNING_KEY_LENGTH = { min: 32, max: 512 }

/** What the documents name and this version has no feature for: validated, listed by `config print`, without effect. */
const ACCEPTED: Catalogue = {
  DERIBIT_ENV: z.enum(['testnet', 'live']),
  DERIBIT_PAPER: flag,
  ALLOW_DERIBIT_PRIVATE_MTM: flag,
  AUDIT_LOG_PATH: text,
  KAFKA__BOOTSTRAP_SERVERS: text,
  BYBIT__API_KEY: text,
  BYBIT__API_SECRET: text,
  BYBIT__TESTNET: flag,
  RISK__LTV_CAUTION_THRESHOLD: fraction,
  RISK__LTV_DANGER_THRESHOLD: fraction,
  RISK__LTV_CRITICAL_THRESHOLD: fraction,
  HEDGER__CAUTION_HEDGE_SIZE_BTC: positive,
  HEDGER__MAX_POSITION_SIZE_BTC: positive,
  BINANCE_API_KEY: text,
  BINANCE_API_SECRET: text,
  MONGO_URI: text,
  REDIS_URL: text,
  TIMESCALE_URL: text,
  MAX_LEVERAGE: positive,
  MAX_POSITION_SIZE: fraction,
  VAR_95_LIMIT: fraction,
  KELLY_FRACTION: fraction,
  CB_VOLATILITY_THRESHOLD: positive,
  CB_DRAWDOWN_THRESHOLD: fraction,
  CB_FLASH_CRASH_THRESHOLD: fraction,
  CATONI_C: positive,
  MRCD_ALPHA: fraction,
  CLIP_RADIUS: positive,
  TAU_MU: positive,
  TAU_SIGMA: positive,
  KL_THRESHOLD: positive,
  PROMETHEUS_PORT: port,
  GRAFANA_PORT: port,
  JAEGER_ENDPOINT: z.url(),
  SLACK_WEBHOOK: z.url(),
  PAGERDUTY_KEY: text,
}

const OTHERS = [
  'APP_MODE',
  'BALLAST_CONFIG',
  'BALLAST_SEAL_KEY',
  'BALLAST_GATEWAY_KEY',
  'RISK_CONTROLS_PATH',
  'ACCOUNTS_CONFIG_PATH',
] as const
const OUR_PREFIXES = ['BALLAST_', 'RISK__', 'HEDGER__', 'KAFKA__', 'BYBIT__']
/** Values of such names are never repeated, not even to say that they are wrong. */
const SECRET = /KEY|SECRET|TOKEN|WEBHOOK|URI|URL|ENDPOINT/
/** Short foreign names (HOSTNAME, PORTS) are not near misses of ours. */
const NEAR_MISS_LENGTH_MIN = 8

export interface EnvironmentProblem {
  readonly code: 'unknown_variable' | 'invalid_variable' | 'mode_not_available' | 'mode_contradiction'
  readonly field: string
  readonly seen: string
  readonly limit: string
}
export interface Environment {
  /** Configuration path -> value, from variables that are set. */
  readonly settings: readonly { readonly path: string; readonly variable: string; readonly value: unknown }[]
  readonly withoutEffect: readonly string[]
  readonly appMode: 'demo' | 'production' | undefined
  readonly configFile: string | undefined
  /** Where the risk controls are read from instead of config/risk-controls.json. */
  readonly riskControlsFile?: string | undefined
  /** Where funded levels and accounts are read from instead of config/accounts.json. */
  readonly accountsFile?: string | undefined
  readonly problems: readonly EnvironmentProblem[]
  readonly warnings: readonly string[]
}

type Variables = Readonly<Record<string, string | undefined>>

export function readEnvironment(variables: Variables = process.env): Environment {
  const problems: EnvironmentProblem[] = []
  const settings = Object.entries(SETTINGS).flatMap(([variable, { schema, path }]) => {
    const value = parsed(variable, schema, variables[variable], problems)
    return value === undefined ? [] : [{ path, variable, value }]
  })
  const accepted = new Map<string, unknown>()
  for (const [variable, schema] of Object.entries(ACCEPTED)) {
    const value = parsed(variable, schema, variables[variable], problems)
    if (value !== undefined) accepted.set(variable, value)
  }
  for (const [variable, schema] of Object.entries(SECRETS)) parsed(variable, schema, variables[variable], problems)
  problems.push(...lengthProblems(variables, problems))
  const appMode = parsed('APP_MODE', z.enum(['demo', 'production']), variables['APP_MODE'], problems)
  problems.push(...modeProblems(appMode, accepted))
  const warnings = checkNames(variables, problems)
  return {
    settings,
    withoutEffect: [...accepted.keys()],
    appMode,
    configFile: nonEmpty(variables['BALLAST_CONFIG']),
    riskControlsFile: nonEmpty(variables['RISK_CONTROLS_PATH']),
    accountsFile: nonEmpty(variables['ACCOUNTS_CONFIG_PATH']),
    problems,
    warnings,
  }
}

/** The seal key: text of a key, or the path of a file that holds one; undefined when the user has none yet. A secret: pass it on, keep it nowhere. */
export function readSealKey(variables: Variables = process.env): string | undefined {
  return nonEmpty(variables['BALLAST_SEAL_KEY'])
}

/** The bearer token of administrators; undefined closes the routes that need it. A secret: pass it on, keep it nowhere. */
export function readAdminToken(variables: Variables = process.env): string | undefined {
  return nonEmpty(variables['BALLAST_ADMIN_TOKEN'])
}

/** Tokens of people with their roles (SE-01), from `role:name:token,…`; its form was checked with the rest. A secret: pass it on, keep it nowhere. */
export function readAccessTokens(variables: Variables = process.env) {
  return (nonEmpty(variables['BALLAST_TOKENS']) ?? '').split(',').flatMap((entry) => {
    const [role, name, token] = entry.split(':')
    return role === undefined || name === undefined || token === undefined ? [] : [{ role, name, token }]
  })
}

/** Where loop actions and grave alerts are posted; undefined: nowhere. A secret: pass it on, keep it nowhere. */
export function readAlertWebhook(variables: Variables = process.env): string | undefined {
  return nonEmpty(variables['ALERT_WEBHOOK_URL'])
}

/** What a trusted gateway signs accounts with. A secret: pass it on, keep it nowhere. */
export function readGatewayKey(variables: Variables = process.env): string | undefined {
  return nonEmpty(variables['BALLAST_GATEWAY_KEY'])
}

export function userConfigFolder(variables: Variables = process.env): string {
  return join(nonEmpty(variables['XDG_CONFIG_HOME']) ?? join(nonEmpty(variables['HOME']) ?? homedir(), '.config'), 'ballast')
}

export function isContinuousIntegration(variables: Variables = process.env): boolean {
  return nonEmpty(variables['CI']) !== undefined
}

/** By their length alone: a secret that is refused is still nobody's to read. What has a wrong form is told once. */
function lengthProblems(variables: Variables, told: readonly EnvironmentProblem[]): EnvironmentProblem[] {
  const people = told.some(({ field }) => field === 'BALLAST_TOKENS') ? [] : readAccessTokens(variables)
  const secrets = [
    { field: 'BALLAST_ADMIN_TOKEN', of: '', secret: readAdminToken(variables), length: TOKEN_LENGTH },
    ...people.map(({ role, name, token }) => ({
      field: 'BALLAST_TOKENS',
      of: ` in the token of ${role}:${name}`,
      secret: token,
      length: TOKEN_LENGTH,
    })),
    { field: 'BALLAST_GATEWAY_KEY', of: '', secret: readGatewayKey(variables), length: SIGNING_KEY_LENGTH },
  ]
  return secrets.flatMap(({ field, of, secret, length: { min, max } }): EnvironmentProblem[] => {
    if (secret === undefined || (secret.length >= min && secret.length <= max)) return []
    return [{ code: 'invalid_variable', field, seen: `${secret.length} characters${of}`, limit: `${min} to ${max} characters` }]
  })
}

/** Modes (C-71): this version simulates. What asks for live orders is refused, so that nobody takes a simulation for a hedge. */
function modeProblems(appMode: Environment['appMode'], accepted: ReadonlyMap<string, unknown>): EnvironmentProblem[] {
  const paper = accepted.get('DERIBIT_PAPER')
  if (appMode === 'production') {
    const live: EnvironmentProblem = {
      code: 'mode_not_available',
      field: 'APP_MODE',
      seen: 'production',
      limit: 'demo: this version has no live mode, it can only simulate',
    }
    const twice: EnvironmentProblem = {
      code: 'mode_contradiction',
      field: 'DERIBIT_PAPER',
      seen: 'true',
      limit: 'false or unset when APP_MODE=production',
    }
    return paper === true ? [live, twice] : [live]
  }
  if (paper !== false || accepted.get('DERIBIT_ENV') !== 'live') return []
  const field = 'DERIBIT_PAPER with DERIBIT_ENV'
  if (appMode === 'demo')
    return [{ code: 'mode_contradiction', field, seen: 'false with live', limit: 'DERIBIT_PAPER=true when APP_MODE=demo' }]
  return [
    {
      code: 'mode_not_available',
      field,
      seen: 'false with live',
      limit: 'no live orders: this version has no live mode, it can only simulate',
    },
  ]
}

/** Unknown names under our prefixes are problems; elsewhere a name that is nearly one of ours is worth a warning. */
function checkNames(variables: Variables, problems: EnvironmentProblem[]): string[] {
  const known = new Set<string>([...Object.keys(SETTINGS), ...Object.keys(SECRETS), ...Object.keys(ACCEPTED), ...OTHERS])
  const warnings: string[] = []
  for (const name of Object.keys(variables)) {
    if (known.has(name)) continue
    const near = nearest(name, known)
    if (OUR_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      problems.push({
        code: 'unknown_variable',
        field: name,
        seen: 'set',
        limit: near === undefined ? 'a known variable' : `did you mean ${near}?`,
      })
    } else if (near !== undefined) warnings.push(`${name} is set; did you mean ${near}?`)
  }
  return warnings
}

/** Adds the variables of a `.env` file in this folder, where there is one, to the environment; what is set already stays. */
export function loadEnvironmentFile(folder: string): boolean {
  const file = join(folder, '.env')
  if (!existsSync(file)) return false
  process.loadEnvFile(file)
  return true
}

function parsed<T>(
  variable: string,
  schema: z.ZodType<T, unknown>,
  raw: string | undefined,
  problems: EnvironmentProblem[],
): T | undefined {
  const value = nonEmpty(raw)
  if (value === undefined) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  problems.push({
    code: 'invalid_variable',
    field: variable,
    seen: SECRET.test(variable) ? 'set' : value,
    limit: result.error.issues[0]?.message ?? 'a valid value',
  })
  return undefined
}

function nonEmpty(raw: string | undefined): string | undefined {
  return raw === undefined || raw === '' ? undefined : raw
}

/** A known name at edit distance 1 or 2 (long names only), for "did you mean". */
function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  if (name.length < NEAR_MISS_LENGTH_MIN) return undefined
  for (const candidate of known) if (Math.abs(candidate.length - name.length) <= 2 && editDistance(name, candidate) <= 2) return candidate
  return undefined
}
