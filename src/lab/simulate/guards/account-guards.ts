/** Guards of the books and of covers: every fact once, none left out, in the venue's order; a cover only with its hedge. */
import { around, hearing, saying } from './guard.ts'
import type { Guard } from './guard.ts'

/** Outside of every state, so that a replay finds another number. */
let steps = 0

export const ACCOUNT_GUARDS: readonly Guard[] = [
  {
    name: 'fill-dedupe',
    loses: 'a trade is booked once, however often it is told',
    sabotage: {
      pipeline: hearing('ledger/books', (event) =>
        event.topic === 'venue_fills' ? { ...event, body: { ...event.body, tradeId: `${event.body.tradeId}-${event.seq}` } } : event,
      ),
    },
  },
  {
    name: 'gap-query',
    loses: 'what was said while nobody listened is asked for',
    sabotage: { asks: (input) => input.type !== 'query_trades_since' },
  },
  {
    name: 'trade-order',
    loses: 'trades take effect in the order of the venue',
    sabotage: {
      pipeline: hearing('ledger/books', (event) =>
        event.topic === 'venue_fills' ? { ...event, body: { ...event.body, venueAt: event.at } } : event,
      ),
    },
  },
  {
    name: 'funding-booked',
    loses: 'funding is booked',
    sabotage: { pipeline: hearing('ledger/books', (event) => (event.topic === 'venue_funding' ? undefined : event)) },
  },
  {
    name: 'coverage-needs-fill',
    loses: 'a cover is active only with its hedge',
    sabotage: {
      pipeline: saying('protection/coverage', (said) =>
        said.topic === 'coverages' && said.body.state === 'pending'
          ? { ...said, body: { ...said.body, state: 'active', filled: said.body.size } }
          : said,
      ),
    },
  },
  {
    name: 'balanced-posting',
    loses: 'debits equal credits',
    sabotage: {
      pipeline: saying('ledger/books', (said) =>
        said.topic === 'postings' && said.body.kind === 'fee'
          ? { ...said, body: { ...said.body, entries: said.body.entries.slice(1) } }
          : said,
      ),
    },
  },
  {
    name: 'determinism',
    loses: 'the same inputs give the same decisions',
    sabotage: {
      pipeline: around('monitoring/health', (inner) => (state, event, config) => {
        const step = inner(state, event, config)
        return { ...step, emit: step.emit.map((said) => (said.topic === 'alerts' ? { ...said, key: `${said.key} ${steps++}` } : said)) }
      }),
    },
  },
]
