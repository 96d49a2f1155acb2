/**
 * A chain of causes as one account may see it. A record belongs to the accounts it names: under `account` or `accountId` at any depth, and in its key.
 * The asked event has to be the caller's own, else it is as if it were not there. Further back, what belongs to nobody else is shown, market data
 * with its record, the platform's own records (configuration, halts) by seq and topic alone; at the first record of another account the chain ends.
 */
import type { Json } from '#topics/schema.ts'
import type { ExplainAnswer } from './contract.ts'

type Chain = Pick<ExplainAnswer, 'chain' | 'complete'>
type Entry = ExplainAnswer['chain'][number]

const MARKET: ReadonlySet<string> = new Set(['raw_index', 'raw_quotes', 'raw_option_quotes', 'clock_tick', 'journal_synced'])
const NAMES: ReadonlySet<string> = new Set(['account', 'accountId'])

export function chainFor(account: string, accounts: ReadonlySet<string>, { chain, complete }: Chain): Chain | undefined {
  const [asked] = chain
  if (asked === undefined) return undefined
  const owners = chain.map((entry) => ownersOf(entry, accounts))
  if (owners[0]?.size !== 1 || !owners[0].has(account)) return undefined
  const foreign = owners.findIndex((named) => [...named].some((name) => name !== account))
  const own = foreign < 0 ? chain : chain.slice(0, foreign)
  return {
    chain: own.map((entry, i) => (owners[i]?.size === 0 && !MARKET.has(entry.topic) ? withheld(entry) : entry)),
    complete: complete && foreign < 0,
  }
}

function ownersOf({ record }: Entry, accounts: ReadonlySet<string>): ReadonlySet<string> {
  const named = new Set<string>()
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return named
  const { key } = record as { readonly key?: Json }
  if (typeof key === 'string' && accounts.has(key)) named.add(key)
  collect(record, named)
  return named
}

function collect(value: Json, named: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, held] of Object.entries(value)) {
    if (typeof held === 'string' && NAMES.has(name)) named.add(held)
    else collect(held, named)
  }
}

function withheld(entry: Entry): Entry {
  return { ...entry, source: null, explanation: null, record: null }
}
