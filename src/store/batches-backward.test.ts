/** The walk from the newest record to the oldest, over segments, from any seq. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchesBackward } from './batches-backward.ts'
import { listSegments, removeSegment } from './segment-reader.ts'
import { expectedRecords, optionsIn, temporaryFolder, writeJournal } from './store.fixture.ts'

test('[PE-01] read backward, a journal of several segments gives every record once, newest batch first', (t) => {
  const options = optionsIn(temporaryFolder(t), { segmentBytesMax: 20_000 })
  writeJournal(options, 1_003)
  assert.ok(listSegments(options.folder).length > 3, 'several segments')
  const batches = [...batchesBackward(options.folder, Number.MAX_SAFE_INTEGER)]
  assert.deepEqual(batches.toReversed().flat(), expectedRecords(1, 1_003))
  assert.ok((batches[0]?.at(-1)?.seq ?? 0) === 1_003)
})

test('[PE-01] from a seq on, at, just over and under the edge of a batch and of a segment', (t) => {
  const options = optionsIn(temporaryFolder(t), { segmentBytesMax: 20_000 })
  writeJournal(options, 600)
  const around = (seq: number): number[] => [seq - 1, seq, seq + 1, seq + 2]
  for (const before of [2, 10, 250, 260, 510, 599].flatMap(around)) {
    const found = [...batchesBackward(options.folder, before)].toReversed().flat()
    assert.equal(found.length, Math.min(before - 1, 600), `before ${before}`)
    assert.equal(found.at(-1)?.seq, before === 1 ? undefined : Math.min(before - 1, 600))
  }
})

test('[PE-01] where old segments were let go, the walk ends with the oldest that is there', (t) => {
  const options = optionsIn(temporaryFolder(t), { segmentBytesMax: 20_000 })
  writeJournal(options, 600)
  removeSegment(options.folder, 1)
  const found = [...batchesBackward(options.folder, 601)].toReversed().flat()
  assert.equal(found.at(-1)?.seq, 600)
  assert.ok((found[0]?.seq ?? 0) > 1)
  assert.deepEqual(found, expectedRecords(found[0]?.seq ?? 0, 600))
})
