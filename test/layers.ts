/**
 * The layer table as data: which folder may import which, and what each is compiled with. `architecture.test.ts` enforces it,
 * `docs/architecture.md` explains it. The rule: import only from lower rows; folders of one row never meet. `sees` narrows it
 * further: of row 5 and above the unit sees only what is listed there (rows below 5 it always sees).
 * A path that ends in `/*` makes a unit of each folder inside.
 */
export type Compiled = 'core' | 'node' | 'web'

export interface Layer {
  readonly path: string
  readonly row: number
  readonly compiled: Compiled
  readonly sees?: readonly string[]
}

export const FIRST_SHARED_ROW = 5
const VENUES = ['src/venues', 'src/venues/*', 'src/venues/paper', 'src/venues/simulated-exchange']
const WITHOUT_STAGES = ['src/sim', ...VENUES, 'src/store', 'src/env.ts', 'src/pipeline.ts', 'src/runtime']

export const LAYERS: readonly Layer[] = [
  { path: 'src/base', row: 0, compiled: 'core' },
  { path: 'src/units', row: 1, compiled: 'core' },
  { path: 'src/math', row: 1, compiled: 'core' },
  { path: 'src/domain', row: 2, compiled: 'core' },
  { path: 'src/topics', row: 3, compiled: 'core' },
  { path: 'src/engine', row: 4, compiled: 'core' },
  { path: 'src/stages/*', row: 5, compiled: 'core' },
  { path: 'src/sim', row: 5, compiled: 'core' },
  { path: 'src/venues/*', row: 5, compiled: 'node' },
  { path: 'src/store', row: 5, compiled: 'node' },
  { path: 'src/env.ts', row: 5, compiled: 'node' },
  { path: 'src/env.test.ts', row: 5.5, compiled: 'node', sees: ['src/env.ts'] }, // beside its file, which has no folder
  { path: 'src/pipeline.ts', row: 6, compiled: 'core', sees: ['src/stages/*'] },
  { path: 'src/venues/paper', row: 6, compiled: 'node', sees: ['src/sim'] },
  { path: 'src/venues/simulated-exchange', row: 6, compiled: 'node', sees: ['src/sim'] },
  { path: 'src/venues', row: 6.5, compiled: 'node', sees: VENUES }, // registry.ts, which lists the folders
  { path: 'src/runtime', row: 7, compiled: 'node' },
  { path: 'src/api', row: 8, compiled: 'node', sees: WITHOUT_STAGES },
  { path: 'src/lab', row: 8, compiled: 'node', sees: WITHOUT_STAGES },
  { path: 'src/guard', row: 8, compiled: 'node', sees: WITHOUT_STAGES },
  { path: 'src/cli', row: 9, compiled: 'node' },
  { path: 'bin', row: 10, compiled: 'node' },
  { path: 'bench', row: 10, compiled: 'node' },
  { path: 'test', row: 11, compiled: 'node' },
  { path: 'web', row: 9, compiled: 'web' },
  { path: 'widget', row: 9, compiled: 'web' },
]

/** What the browser may import of our code, and what such a file may itself import: everything it reaches gets bundled. */
export const WEB_SEES: readonly RegExp[] = [/^src\/api\/contract(\.ts|\/|-)/, /^src\/units\//]
export const CONTRACT_SEES: readonly RegExp[] = [...WEB_SEES, /^src\/(base|domain)\//]

/** Packages without I/O, clock or randomness of their own; nothing else enters the core. */
export const CORE_PACKAGES: readonly string[] = ['pure-rand', 'decimal.js', 'zod']

/** Files a tool insists on importing by their default export. */
export const DEFAULT_EXPORT_ALLOWED: readonly RegExp[] = [/(^|\/)vite\.config\.ts$/, /^test\/lint-rules\.mjs$/]

/** Only this folder may turn an intent into an approved order: declare or import `APPROVAL.maker`, or cast to `APPROVAL.type`. */
export const APPROVAL = { maker: 'approveOrder', type: 'Approved', folder: 'src/stages/risk' }

/** Raw market data goes to admission alone, the venue's word on orders and accounts to execution and ledger. */
export const RAW_TOPIC_READERS: readonly { readonly topics: RegExp; readonly readers: readonly string[] }[] = [
  { topics: /^raw_/, readers: ['admission'] },
  { topics: /^(account_raw|order_updates|venue_(fills|funding|transfers))$/, readers: ['execution', 'ledger'] },
  // a payout is recomputed from the settlement itself by a path that reads nothing of the ledger (P-14)
  { topics: /^venue_settlements$/, readers: ['execution', 'ledger', 'protection'] },
]

export function layerOf(file: string, layers: readonly Layer[] = LAYERS): (Layer & { readonly unit: string }) | undefined {
  const found = layers
    .map((layer) => ({ ...layer, unit: unitOf(layer.path, file) }))
    .filter((layer): layer is Layer & { unit: string } => layer.unit !== undefined)
  return found.sort((a, b) => precision(b.path) - precision(a.path))[0]
}

function unitOf(path: string, file: string): string | undefined {
  if (path === file) return path
  if (!path.endsWith('/*')) return file.startsWith(`${path}/`) ? path : undefined
  const folder = path.slice(0, -1)
  const rest = file.startsWith(folder) ? file.slice(folder.length).split('/') : []
  return rest.length > 1 ? folder + rest[0] : undefined
}

/** `src/venues/paper` beats `src/venues/*`, which beats `src/venues`. */
function precision(path: string): number {
  return path.split('/').length * 2 - (path.endsWith('/*') ? 1 : 0)
}
