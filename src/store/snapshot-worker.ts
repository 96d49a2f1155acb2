/** The thread that writes snapshots, one after the other: body joined, hashed, written aside, synced, put in its place, those no longer needed removed. */
import { parentPort } from 'node:worker_threads'
import { present } from '#base/assert.ts'
import { pruneSnapshots, writeSnapshot } from './snapshots.ts'
import type { FromSnapshotWorker, ToSnapshotWorker } from './snapshot-writer.ts'
import { joinedSnapshot } from './snapshot-form.ts'

const port = present(parentPort, 'the snapshot writer is started as a worker')

function told({ id, folder, taken }: ToSnapshotWorker): FromSnapshotWorker {
  try {
    writeSnapshot(folder, joinedSnapshot(taken))
    pruneSnapshots(folder)
    return { id, error: undefined }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

port.on('message', (message: ToSnapshotWorker) => port.postMessage(told(message)))
