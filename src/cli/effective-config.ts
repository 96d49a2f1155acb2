/**
 * Configuration as a start would have it: defaults, what mode sim sets for its speed, the risk controls' file, the general file (`--config`,
 * else BALLAST_CONFIG), the environment, named flags, `--set`. What is wrong in any of them is reported at once.
 */
import { readEnvironment, type Environment } from '#env'
import { ConfigError, layerOf, type ConfigLayer, type ConfigProblem, type ResolvedConfig } from '#runtime/config.ts'
import { readConfigFile } from '#runtime/config-file.ts'
import { findRiskControls, readRiskControls } from '#runtime/risk-controls-file.ts'
import { findAccounts, readAccounts } from '#runtime/accounts-file.ts'
import { resolveSimConfig } from '#runtime/sim-preset.ts'
import { CliRefusal, type Problem } from './failure.ts'

export interface ConfigFlags {
  readonly config?: string
  readonly set?: readonly string[]
  /** Named flags by the configuration path they stand for. */
  readonly named?: Readonly<Record<string, string | undefined>>
}
export interface EffectiveConfig {
  readonly config: ResolvedConfig
  readonly environment: Environment
  readonly riskControlsFile: string | undefined
}

export function effectiveConfig(flags: ConfigFlags, environment: Environment = readEnvironment()): EffectiveConfig {
  const problems: Problem[] = environment.problems.map((problem) => ({ ...problem, source: 'environment' }))
  const layers: ConfigLayer[] = []
  const riskControlsFile = findRiskControls(environment.riskControlsFile)
  const controls = riskControlsFile === undefined ? undefined : readRiskControls(riskControlsFile)
  if (controls?.layer !== undefined) layers.push(controls.layer)
  problems.push(...(controls?.problems ?? []))
  const accountsFile = findAccounts(environment.accountsFile)
  const accounts = accountsFile === undefined ? undefined : readAccounts(accountsFile)
  if (accounts?.layer !== undefined) layers.push(accounts.layer)
  problems.push(...(accounts?.problems ?? []))
  const path = flags.config ?? environment.configFile
  const file = path === undefined ? undefined : readConfigFile(path)
  if (file?.ok === true) layers.push(file.layer)
  else if (file !== undefined) problems.push(file.problem)
  for (const { path: field, variable, value } of environment.settings)
    layers.push(layerOf(`environment ${variable}`, [{ path: field, value }]))
  const named = Object.entries(flags.named ?? {}).flatMap(([field, value]) => (value === undefined ? [] : [{ path: field, value }]))
  for (const entry of named) layers.push(layerOf(`flag --${flagName(entry.path)}`, [entry], true))
  layers.push(setLayer(flags.set ?? [], problems))
  const config = resolved(layers, problems)
  if (config === undefined || problems.length > 0) throw new CliRefusal(problems)
  return { config, environment, riskControlsFile }
}

/** The same once more for a reload: problems as the configuration names them, the controls from the file the start found. */
export function reconfigured(flags: ConfigFlags, environment: Environment, riskControlsFile: string): ResolvedConfig {
  try {
    return effectiveConfig(flags, { ...environment, riskControlsFile }).config
  } catch (error) {
    if (!(error instanceof CliRefusal)) throw error
    throw new ConfigError(
      error.problems.map(({ field, seen, limit, source = 'start' }) => ({
        code: 'invalid_value',
        field,
        seen,
        limit: String(limit),
        source,
      })),
    )
  }
}

function flagName(path: string): string {
  return path === 'dataFolder' ? 'data' : (path.split('.').at(-1) ?? '')
}

/** `--set key=value` as a layer; what is not of that form joins the problems. */
export function setLayer(settings: readonly string[], problems: Problem[]): ConfigLayer {
  const entries = settings.flatMap((text) => {
    const at = text.indexOf('=')
    if (at > 0) return [{ path: text.slice(0, at).trim(), value: text.slice(at + 1) }]
    problems.push({ field: '--set', seen: text, limit: 'key=value, as in --set sim.speed=10' })
    return []
  })
  return layerOf('flag --set', entries, true)
}

function resolved(layers: readonly ConfigLayer[], problems: Problem[]): ResolvedConfig | undefined {
  try {
    return resolveSimConfig(layers)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems.map(({ field, seen, limit, source }: ConfigProblem) => ({ field, seen, limit, source })))
    return undefined
  }
}
