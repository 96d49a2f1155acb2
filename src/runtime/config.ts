/**
 * Effective configuration: defaults, then a JSON file, then the environment, then flags; the strictest reading of each layer. Unknown keys
 * are errors in files and flags, all errors are reported at once, and every leaf knows where its value came from (`config print`). The
 * digest covers what decides (component sections); where the process listens and keeps its files is host business and not in it.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '#base/canonical-json.ts'
import type { Scalar } from '#base/result.ts'
import { scalar } from '#base/result.ts'
import { PIPELINE } from '#pipeline'
import { parseRatio } from '#units/ratio.ts'

/** Market time of a fresh simulation: a Thursday, 2026-01-01 00:00 UTC. */
const SIM_START = 1_767_225_600_000

const decimal = z.string().refine((text) => (parseRatio(text)?.units ?? 0n) > 0n, 'a plain decimal above 0')

const hostSchema = z.strictObject({
  mode: z.enum(['sim']).prefault('sim'),
  host: z.string().min(1).prefault('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).prefault(4100),
  /** Where it is stated, operations (`/api`, `/admin`) and the page are served there alone (C-01). */
  opsPort: z.number().int().min(0).max(65_535).optional(),
  dataFolder: z.string().min(1).prefault('var'),
  sim: z
    .strictObject({
      seed: z.string().min(1).max(64).prefault('1'),
      scenario: z.enum(['calm', 'crash', 'grind', 'squeeze']).prefault('calm'),
      speed: z.number().positive().max(3_600).prefault(60),
      startAt: z.number().int().prefault(SIM_START),
      startPrice: z.number().positive().prefault(90_000),
      /** Market time between two snapshots of the whole option chain. */
      optionQuotesEveryMs: z.number().int().min(1_000).prefault(60_000),
      /** One way between engine and venue, in market time. */
      latencyMs: z.number().int().min(0).prefault(40),
      /** A second simulated venue that prices and never executes; latency in market time, up to four times as long by chance. */
      pricing: z
        .strictObject({
          enabled: z.boolean().prefault(true),
          latencyMs: z.number().int().min(0).prefault(15),
          spreadMultiple: z.number().positive().max(100).prefault(1.2),
          gapShare: z.number().min(0).max(1).prefault(0.1),
        })
        .prefault({}),
    })
    .prefault({}),
  demo: z
    .strictObject({
      account: z.string().min(1).max(64).prefault('demo'),
      cash: decimal.prefault('20000'),
      side: z.enum(['long', 'short']).prefault('long'),
      size: decimal.prefault('1'),
      leverage: z.number().positive().prefault(5),
      tierName: z.string().prefault('Bronze'),
      drawdownFloorPct: z.number().positive().max(1).prefault(0.1),
      tenorDays: z.number().int().positive().prefault(2),
      renewal: z.enum(['hold-limit', 'rolling', 'none']).prefault('rolling'),
    })
    .prefault({}),
  /** The partner's approval; live needs it, a simulation only tells it. */
  approved: z.boolean().prefault(false),
  /** A gateway in front authenticates and signs the account (C-50); its key is a secret and stands elsewhere. */
  trustGateway: z.boolean().prefault(false),
  /** May alerts be posted to an address of this machine or its network? The URL itself is a secret and stands elsewhere. */
  alertWebhook: z.strictObject({ allowPrivate: z.boolean().prefault(false) }).prefault({}),
  /** Ages of a quote in the cache, in ms of the caller's clock: fresh, served while it is priced anew, dropped. */
  quoteCache: z
    .strictObject({
      ttlMs: z.number().int().min(0).prefault(4_000),
      staleMs: z.number().int().min(0).prefault(20_000),
      hardMs: z.number().int().min(0).prefault(120_000),
    })
    .prefault({}),
  journal: z
    .strictObject({
      segmentBytesMax: z.number().int().min(1_048_576).prefault(67_108_864),
      keepBytes: z.number().int().min(16_777_216).prefault(2_147_483_648),
      snapshotEveryRecords: z.number().int().min(100).prefault(50_000),
    })
    .prefault({}),
})
const schema = hostSchema.extend({ components: componentsSchema() })

export type HostConfig = z.output<typeof hostSchema>
export type ComponentsConfig = Readonly<Record<string, unknown>>
export interface Leaf {
  readonly path: string
  readonly value: Scalar
  readonly source: string
}
export interface ConfigProblem {
  readonly code: 'unknown_key' | 'invalid_value'
  readonly field: string
  readonly seen: Scalar
  readonly limit: string
  readonly source: string
}
export interface ResolvedConfig {
  readonly host: HostConfig
  readonly components: ComponentsConfig
  readonly digest: string
  readonly leaves: readonly Leaf[]
}
/** A tree of values with the name of where they were stated. */
export interface ConfigLayer {
  readonly source: string
  readonly values: Readonly<Record<string, unknown>>
  /** Leaves are texts of a command line: read as JSON where the schema wants more than a text. */
  readonly isText?: boolean
}
interface Origin {
  readonly source: string
  readonly isText: boolean
}
type Origins = Map<string, Origin>
type Tree = Record<string, unknown>

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ field, seen, limit, source }) => `${field} (${source}): ${String(seen)} — ${limit}`).join('\n'))
    this.problems = problems
  }
}

/** Later layers win, leaf by leaf. Throws `ConfigError` with every problem. */
export function resolveConfig(layers: readonly ConfigLayer[]): ResolvedConfig {
  const tree: Tree = {}
  const origins: Origins = new Map()
  for (const { source, values, isText = false } of layers) merge(tree, values, '', { source, isText }, origins)
  const first = schema.safeParse(tree)
  const parsed = !first.success && rereadTexts(first.error.issues, tree, origins) ? schema.safeParse(tree) : first
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap((issue) => problemsOf(issue, tree, origins)))
  const { components, ...host } = parsed.data
  const frozen = freeze(components) as ComponentsConfig
  return { host: freeze(host), components: frozen, digest: digestOf(frozen), leaves: leavesOf(parsed.data, '', origins) }
}

export function digestOf(components: ComponentsConfig): string {
  return createHash('sha256').update(canonicalJson(components)).digest('hex')
}

/** A layer from paths and values: `sim.seed` and 7 become `{ sim: { seed: 7 } }`. Component names keep their slash and may stand without `components.`. */
export function layerOf(
  source: string,
  entries: readonly { readonly path: string; readonly value: unknown }[],
  isText = false,
): ConfigLayer {
  const values: Tree = {}
  for (const { path, value } of entries) {
    const steps = path.split('.')
    if (path.includes('/') && steps[0] !== 'components') steps.unshift('components')
    let node = values
    for (const step of steps.slice(0, -1)) node = child(node, step)
    put(node, steps.at(-1) ?? path, value)
  }
  return { source, values, isText }
}

function componentsSchema() {
  const sections: Record<string, z.ZodType> = {}
  for (const { name, config } of PIPELINE) sections[name] = config
  return z.strictObject(sections).prefault({})
}

function merge(into: Tree, from: Readonly<Tree>, prefix: string, origin: Origin, origins: Origins): void {
  for (const [key, value] of Object.entries(from)) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    if (isPlain(value)) merge(child(into, key), value, path, origin, origins)
    else {
      put(into, key, value)
      origins.set(path, origin)
    }
  }
}

/** Own properties only: a key named `__proto__` is an unknown key like any other, not a way to the prototype. */
function put(into: Tree, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true })
}

function child(of: Tree, key: string): Tree {
  const held = Object.hasOwn(of, key) ? of[key] : undefined
  if (isPlain(held)) return held
  const fresh: Tree = {}
  put(of, key, fresh)
  return fresh
}

/** `--set port=4200` states the text 4200 where a number is due. True when a text was read anew. */
function rereadTexts(issues: readonly z.core.$ZodIssue[], tree: Tree, origins: Origins): boolean {
  let changed = false
  for (const { path: steps } of issues) {
    const path = steps.map(String)
    const origin = origins.get(path.join('.'))
    const text = at(tree, path)
    if (origin?.isText !== true || typeof text !== 'string') continue
    const value = jsonOf(text)
    if (value === undefined) continue
    origins.delete(path.join('.'))
    const entry = layerOf(origin.source, [{ path: path.join('.'), value }])
    merge(tree, entry.values, '', { ...origin, isText: false }, origins)
    changed = true
  }
  return changed
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function problemsOf(issue: z.core.$ZodIssue, tree: Tree, origins: Origins): ConfigProblem[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const field = [...path, key].join('.')
      return { code: 'unknown_key', field, seen: scalar(at(tree, [...path, key])), limit: keysAt(path), source: sourceOf(field, origins) }
    })
  }
  const field = path.join('.')
  return [{ code: 'invalid_value', field, seen: scalar(at(tree, path)), limit: issue.message, source: sourceOf(field, origins) }]
}

/** What could stand in the place of an unknown key: the keys that have a default there. */
function keysAt(path: readonly string[]): string {
  const defaults = schema.safeParse({})
  const keys = defaults.success ? Object.keys((at(defaults.data, path) as Tree | undefined) ?? {}) : []
  return keys.length === 0 ? 'no key at all here' : `one of ${keys.join(', ')}`
}

function sourceOf(field: string, origins: Origins): string {
  const exact = origins.get(field)
  if (exact !== undefined) return exact.source
  for (const [path, { source }] of origins) if (path.startsWith(`${field}.`)) return source
  return 'default'
}

function leavesOf(value: unknown, path: string, origins: Origins): Leaf[] {
  if (isPlain(value)) return Object.entries(value).flatMap(([key, held]) => leavesOf(held, path === '' ? key : `${path}.${key}`, origins))
  const shown = typeof value === 'object' && value !== null ? JSON.stringify(value) : scalar(value)
  return [{ path, value: shown, source: sourceOf(path, origins) }]
}

function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, step) => (typeof node === 'object' && node !== null && Object.hasOwn(node, step) ? (node as Tree)[step] : undefined),
    tree,
  )
}

function isPlain(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const held of Object.values(value)) freeze(held)
  return Object.freeze(value)
}
