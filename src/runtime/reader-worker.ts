/**
 * The reader's thread: answers questions from the files of a running platform, each within `PATIENCE_MS`. Decisions are read in turns of `TURN_MS`, so that
 * a chart does not wait for a journal; the other questions are short or bounded by themselves. It writes nothing, and what it throws goes back as the
 * answer to the question that caused it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '#base/assert.ts'
import { searchAudit } from './audit-search.ts'
import { DecisionIndex } from './decision-index.ts'
import type { Budget } from './decision-index.ts'
import { FUNDING_ROWS, fundingFolder } from './funding-row.ts'
import { HistoryReader } from './history-reader.ts'
import { ACCOUNT_ROWS } from './history-row.ts'
import type { ReaderPlaces, ToReader } from './record-reader.ts'

const PATIENCE_MS = 300
const TURN_MS = 4

const places = workerData as ReaderPlaces
const port = present(parentPort, 'the reader is started as a worker')
const index = new DecisionIndex(places.journal)
const history = new HistoryReader(ACCOUNT_ROWS, places.history)
const funding = new HistoryReader(FUNDING_ROWS, fundingFolder(places.history))

/** Work of a question, in turns of `TURN_MS`; between them the thread hears the next question. */
function budgetNow(): Budget {
  const end = performance.now() + PATIENCE_MS
  let turnEnds = performance.now() + TURN_MS
  return {
    hasTime: () => performance.now() < end,
    rest: () =>
      performance.now() < turnEnds
        ? undefined
        : new Promise((resolve) => {
            setImmediate(() => {
              turnEnds = performance.now() + TURN_MS
              resolve()
            })
          }),
  }
}

function answer(message: ToReader): unknown {
  const budget = budgetNow()
  if (message.type === 'decisions') return index.ask(message.query, budget)
  if (message.type === 'audit') return searchAudit(places.logs, message.query, budget)
  if (message.type === 'funding') return funding.ask(message.query.instrument, message.query)
  return history.ask(message.query.account, message.query)
}

async function serve(message: ToReader): Promise<void> {
  try {
    port.postMessage({ id: message.id, ok: true, answer: await answer(message) })
  } catch (error) {
    port.postMessage({ id: message.id, ok: false, error: error instanceof Error ? error.message : String(error) })
  }
}

port.on('message', (message: ToReader) => void serve(message))
