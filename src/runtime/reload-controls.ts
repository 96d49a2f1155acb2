/**
 * Hot reload of the risk controls. The file is looked at each second; when it has changed, the configuration is resolved again as at the start, and the
 * controls, nothing else, enter the engine as `config_changed` with the whole configuration as it is from then on. What cannot be resolved leaves
 * the last good one in force and enters as `config_changed` with its problems, so that the journal knows of it and monitoring raises an alert.
 */
import { unwatchFile, watchFile } from 'node:fs'
import type { Offer } from '#engine/driver.ts'
import type { Json } from '#topics/schema.ts'
import { ConfigError, digestOf } from './config.ts'
import type { ConfigProblem, ResolvedConfig } from './config.ts'
import { CONTROLLED, LOOP, VOLATILITY } from './risk-controls-file.ts'

const LOOK_EVERY_MS = 1_000

/** The file, and how the start makes its configuration from it. */
export interface ReloadableControls {
  readonly path: string
  /** All layers read and resolved anew; throws `ConfigError`. */
  readonly resolve: () => ResolvedConfig
}
export interface ReloadOptions extends ReloadableControls {
  /** The configuration as it was started with, or as the last reload left it. */
  readonly current: () => ResolvedConfig
  readonly take: (next: ResolvedConfig) => void
  readonly offer: (offer: Offer) => void
  readonly log: (line: string) => void
  readonly everyMs?: number
}

/** Looks until the function it gives back is called. */
export function watchControls(options: ReloadOptions): () => void {
  const { path, everyMs = LOOK_EVERY_MS } = options
  const onChange = (now: { readonly mtimeMs: number }, was: { readonly mtimeMs: number }): void => {
    if (now.mtimeMs !== was.mtimeMs) reloadControls(options)
  }
  watchFile(path, { interval: everyMs, persistent: false }, onChange)
  return () => unwatchFile(path, onChange)
}

export function reloadControls({ path, current, resolve, take, offer, log }: ReloadOptions): 'changed' | 'same' | 'refused' {
  const was = current()
  const resolved = resolvedOr(resolve)
  if ('problems' in resolved) {
    offer(configChanged(was, resolved.problems))
    for (const { field, seen, limit } of resolved.problems)
      log(`${path} is not used, the last good controls stay: ${field}: ${seen} — ${limit}`)
    return 'refused'
  }
  const next = withControlsOf(was, resolved)
  if (next.digest === was.digest) return 'same'
  take(next)
  offer(configChanged(next, undefined))
  log(`${path} is in force, configuration ${next.digest.slice(0, 12)}`)
  return 'changed'
}

interface Refused {
  readonly problems: readonly { readonly field: string; readonly seen: string; readonly limit: string; readonly source: string }[]
}

function resolvedOr(resolve: () => ResolvedConfig): ResolvedConfig | Refused {
  try {
    return resolve()
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems.map(shown) }
    throw error
  }
}

function shown({ field, seen, limit, source }: ConfigProblem): Refused['problems'][number] {
  return { field, seen: String(seen), limit, source }
}

/** What ran, with the controls of the fresh one: nothing else changes under a running engine. */
function withControlsOf(was: ResolvedConfig, fresh: ResolvedConfig): ResolvedConfig {
  const components: Record<string, unknown> = { ...was.components }
  for (const name of CONTROLLED) {
    const { riskControls } = fresh.components[name] as { readonly riskControls: unknown }
    components[name] = Object.freeze({ ...(was.components[name] as object), riskControls })
  }
  const { intermittent } = (fresh.components[LOOP] ?? {}) as { readonly intermittent?: unknown }
  if (intermittent !== undefined) components[LOOP] = Object.freeze({ ...(was.components[LOOP] as object), intermittent })
  const { ivRegimeThresholds } = (fresh.components[VOLATILITY] ?? {}) as { readonly ivRegimeThresholds?: unknown }
  if (ivRegimeThresholds !== undefined)
    components[VOLATILITY] = Object.freeze({ ...(was.components[VOLATILITY] as object), ivRegimeThresholds })
  const isControl = (path: string): boolean =>
    CONTROLLED.some((name) => path.startsWith(`components.${name}.riskControls`)) ||
    path.startsWith(`components.${LOOP}.intermittent`) ||
    path.startsWith(`components.${VOLATILITY}.ivRegimeThresholds`)
  const leaves = [...was.leaves.filter(({ path }) => !isControl(path)), ...fresh.leaves.filter(({ path }) => isControl(path))]
  return { ...was, components: Object.freeze(components), digest: digestOf(components), leaves }
}

function configChanged({ components, digest }: ResolvedConfig, problems: Refused['problems'] | undefined): Offer {
  const config = JSON.parse(JSON.stringify(components)) as Json
  const body = { configDigest: digest, config, ...(problems === undefined ? {} : { problems: [...problems] }) }
  return { topic: 'config_changed', key: 'config', source: 'host', body }
}
