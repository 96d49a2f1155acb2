/** A thread that verifies one journal, tells how far it is a few times a second, gives the report and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '#base/assert.ts'
import { listSegments, segmentBytes } from './segment-reader.ts'
import type { FromVerifier, VerifyJob } from './verify-in-thread.ts'
import { verifyJournal } from './verify.ts'

const EVERY_MS = 200

const job = workerData as VerifyJob
const port = present(parentPort, 'the verifier is started as a worker')
const post = (message: FromVerifier): void => port.postMessage(message)
const bytesInAll = listSegments(job.folder).reduce((sum, segment) => sum + segmentBytes(job.folder, segment), 0)
let toldAt = 0

post({ type: 'progress', records: 0, seq: 0, bytes: 0, bytesInAll })
const report = verifyJournal({
  ...job,
  onProgress: (progress) => {
    const now = performance.now()
    if (now - toldAt < EVERY_MS) return
    toldAt = now
    post({ type: 'progress', ...progress, bytesInAll })
  },
})
post({ type: 'report', report })
