/** The step of any seq, written or not, over batches and segments; what nobody wrote has none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openJournalSync } from './journal-sync.ts'
import { readStep } from './read-step.ts'
import { optionsIn, temporaryFolder } from './store.fixture.ts'

test('[API-06] a seq that was never written belongs to the step of the input before it, with the decisions of that step alone', (t) => {
  const options = optionsIn(temporaryFolder(t), { segmentBytesMax: 20_000, batchRecordsMax: 4 })
  const journal = openJournalSync(options)
  // steps of ten seqs from 11 on: the input, and decisions three and seven later; batches and segments end in the middle of them
  for (let input = 11; input <= 4_001; input += 10)
    for (const [seq, kind] of [
      [input, input % 50 === 1 ? 'poisoned' : 'input'],
      [input + 3, 'decision'],
      [input + 7, 'decision'],
    ] as const) {
      journal.append({ seq, kind, text: `{"seq":${seq},"pad":"${'x'.repeat(seq % 90)}"}` })
      if (seq % 3 === 0) journal.flush()
    }
  journal.flush()
  for (const input of [11, 21, 51, 1_991, 2_001, 2_011, 4_001])
    for (const seq of [input, input + 1, input + 3, input + 9])
      assert.deepEqual(
        readStep(options.folder, seq).map((record) => record.seq),
        [input, input + 3, input + 7],
        `seq ${seq}`,
      )
  assert.deepEqual([readStep(options.folder, 10), readStep(options.folder, 1)], [[], []])
  journal.close()
})
