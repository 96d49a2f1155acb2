/**
 * The reader's thread: answers questions from the files of a running platform, one after the other, each within `PATIENCE_MS`. It writes
 * nothing, and what it throws goes back as the answer to the question that caused it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '#base/assert.ts'
import { searchAudit } from './audit-search.ts'
import { DecisionIndex } from './decision-index.ts'
import { HistoryReader } from './history-reader.ts'
import type { ReaderPlaces, ToReader } from './record-reader.ts'

const PATIENCE_MS = 300

const places = workerData as ReaderPlaces
const port = present(parentPort, 'the reader is started as a worker')
const index = new DecisionIndex(places.journal)
const history = new HistoryReader(places.history)

function answer(message: ToReader): unknown {
  const end = performance.now() + PATIENCE_MS
  const budget = { hasTime: () => performance.now() < end }
  if (message.type === 'decisions') return index.ask(message.query, budget)
  if (message.type === 'audit') return searchAudit(places.logs, message.query, budget)
  return history.ask(message.query)
}

port.on('message', (message: ToReader) => {
  try {
    port.postMessage({ id: message.id, ok: true, answer: answer(message) })
  } catch (error) {
    port.postMessage({ id: message.id, ok: false, error: error instanceof Error ? error.message : String(error) })
  }
})
