/** The journal protocol over random lives, each with its own faults and ended by a power cut. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SimulatedDisk } from '#sim/simulated-disk.ts'
import { perform } from './drive.ts'
import { expectedRecords, LIMITS, record, recovered, writerAt } from './journal.fixture.ts'
import { bundleOf } from './record.ts'

/** One life of the process: how many operations on the disk it gets to do, how it writes, and what goes wrong before the power cut. */
const life = fc.record({
  operations: fc.nat(40),
  perBundle: fc.integer({ min: 1, max: 7 }),
  space: fc.option(fc.nat(4_000), { nil: undefined }),
  failsSyncAt: fc.option(fc.nat(30), { nil: undefined }),
})

test('[F-P01] over any number of lives and faults: acknowledged is recovered, recovered is a prefix, and seq goes on', () => {
  fc.assert(
    fc.property(
      fc.array(life, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 300, max: 3_000 }),
      (lives, seed, segmentBytesMax) => {
        const disk = new SimulatedDisk(seed)
        const limits = { ...LIMITS, segmentBytesMax }
        let acknowledged = 0
        for (const { operations, perBundle, space, failsSyncAt } of lives) {
          const { recovery, records } = recovered(disk)
          assert.ok(recovery.ok)
          assert.ok(records.length >= acknowledged, 'acknowledged is recovered')
          assert.deepEqual(records, expectedRecords(records.length), 'recovered is a prefix of what was appended')
          if (recovery.dropped !== undefined) disk.truncate(recovery.dropped.at)
          const writer = writerAt(recovery.position, limits)
          assert.equal(writer.position.lastSeq, records.length)
          let seq = records.length
          disk.capacityBytes = space === undefined ? Number.POSITIVE_INFINITY : disk.usedBytes() + space
          for (let operation = 0; operation < operations; operation += 1) {
            if (writer.pending < 10) writer.append(bundleOf(Array.from({ length: perBundle }, () => record((seq += 1)))))
            const op = writer.next()
            if (op === undefined) break
            if (operation === failsSyncAt) disk.failNextSync()
            const event = writer.complete(perform(op, disk))
            if (event?.kind === 'durable') acknowledged = event.seq
          }
          disk.capacityBytes = Number.POSITIVE_INFINITY
          disk.crash()
        }
        const { records } = recovered(disk)
        assert.ok(records.length >= acknowledged)
        assert.deepEqual(records, expectedRecords(records.length))
      },
    ),
    { numRuns: 400 },
  )
})
