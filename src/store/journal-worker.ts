/**
 * The journal's thread: SQLite commits block, so they run here. It has no event loop of its own: it takes everything in the mailbox between two
 * operations on the medium (which is what makes group commit) and sleeps on the shared board. A full disk is tried again every `RETRY_MS` and
 * whenever something arrives.
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { present } from '#base/assert.ts'
import { workerBoard } from './durable-board.ts'
import { JournalError } from './journal-error.ts'
import { openHost, type HostEvent, type JournalHost } from './journal-host.ts'
import { bundleIn, type FromWorker, type JournalWorkerData, type ToWorker } from './journal-messages.ts'

const RETRY_MS = 500

const { options, memory } = workerData as JournalWorkerData
const port: MessagePort = present(parentPort, 'the journal worker is started as a worker')
const board = workerBoard(memory)
const post = (message: FromWorker): void => port.postMessage(message)
let recordsDurable = 0
let resumed = 0

function report(event: HostEvent): void {
  if (event.kind === 'full') post({ type: 'full' })
  else if (event.kind !== 'durable') post({ type: event.kind, detail: event.detail })
  else if (event.type === 'records') {
    recordsDurable += event.records
    resumed += event.isResumed ? 1 : 0
    board.write({ seq: event.seq, records: recordsDurable, resumed, head: event.head })
  }
}

function open(): JournalHost | undefined {
  try {
    return openHost(options, report)
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    post({ type: 'refused', error: error.toPlain() })
    return undefined
  }
}

/** Returns when the client has asked to close and everything it sent is written, or cannot be. */
function serve(host: JournalHost): void {
  for (let isClosing = false; ;) {
    const mailSeen = board.mailSeen()
    isClosing ||= takeMail(host)
    if (host.step()) continue
    if (isClosing) return
    if (host.checkpointDueIn() === 0) host.checkpoint('periodic')
    board.sleep(mailSeen, sleepMs(host))
    host.retry()
  }
}

function sleepMs(host: JournalHost): number {
  return host.writer.state === 'full' ? RETRY_MS : (host.checkpointDueIn() ?? Number.POSITIVE_INFINITY)
}

/** True when the last message was the one to close. */
function takeMail(host: JournalHost): boolean {
  for (let held = receiveMessageOnPort(port); held !== undefined; held = receiveMessageOnPort(port)) {
    const message = held.message as ToWorker
    if (message.type === 'append' || message.type === 'append_one') host.append(bundleIn(message))
    else if (message.type === 'close') return true
    else {
      host.checkpoint(message.reason)
      post({ type: 'checkpointed', id: message.id, droppedSegments: host.retain() })
    }
  }
  return false
}

const host = open()
if (host !== undefined) {
  post({ type: 'opened', opened: host.opened })
  serve(host)
  host.retry()
  while (host.step()) continue
  const recordsLost = host.writer.pending
  host.close()
  post({ type: 'closed', recordsLost })
}
port.close()
