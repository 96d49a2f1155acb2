/** The journal protocol over a simulated disk: every crash position, every byte of a torn record, a full disk at each byte, damage, segments. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeText } from '#store/node-crypto.ts'
import { toHex } from '#base/hex.ts'
import { drive, perform } from './drive.ts'
import { decodeFrame, FRAME_BYTES_MIN, HEADER_BYTES, isFault, recordsOf } from './frame.ts'
import { crypto, expectedRecords, LIMITS, record, recovered, run, writerAt } from './journal.fixture.ts'
import { bundleOf } from './record.ts'
import type { WriterEvent } from './writer.ts'

test('[PE-05] what was written is read back, in order and byte for byte', () => {
  const { disk, write, writer } = run()
  write(1, 40)
  const { recovery, records } = recovered(disk)
  assert.deepEqual(records, expectedRecords(40))
  assert.ok(recovery.ok)
  assert.deepEqual(recovery.position, writer.position)
})

test('[PE-05] records queued while the device is busy form the next batch, up to the limit', () => {
  const { disk, writer } = run()
  const batches: number[] = []
  const onEvent = (event: WriterEvent): void => {
    if (event.kind === 'durable' && event.type === 'records') batches.push(event.records)
  }
  drive(writer, disk, onEvent)
  writer.append(bundleOf([record(1)]))
  const op = writer.next()
  assert.equal(op?.op, 'append')
  assert.equal(writer.next(), undefined) // one operation at a time
  for (let seq = 2; seq <= 10; seq += 1) writer.append(bundleOf([record(seq)]))
  const early = writer.complete(perform(op, disk))
  assert.equal(early, undefined) // written is not durable
  drive(writer, disk, onEvent)
  assert.deepEqual(batches, [1, 4, 4, 1])
  assert.equal(writer.pending, 0)
})

test('[PE-05] segments are sealed by size and the chain runs through them', () => {
  const limits = { ...LIMITS, segmentBytesMax: 700 }
  const { disk, write, writer } = run(1, limits)
  write(1, 60)
  assert.ok(disk.segments().length >= 4)
  const { recovery, records } = recovered(disk)
  assert.deepEqual(records, expectedRecords(60))
  assert.ok(recovery.ok)
  assert.equal(recovery.position?.batchNo, writer.position.batchNo)
  // A crash between the seal and the next opening leaves an empty last segment; the writer carries on there.
  const sealed = run(1, limits)
  sealed.write(1, 9)
  const disk2 = sealed.disk
  const next = writerAt(sealed.writer.position, { ...limits, segmentBytesMax: 1 })
  next.append(bundleOf([record(10)]))
  for (let op = next.next(); op !== undefined; op = next.next()) {
    next.complete(perform(op, disk2))
    if (op.op === 'rotate') break
  }
  const after = recovered(disk2).recovery
  assert.ok(after.ok && after.position?.isSealed === true)
  const last = writerAt(after.position, limits)
  last.append(bundleOf([record(10)]))
  drive(last, disk2, () => {})
  assert.deepEqual(recovered(disk2).records, expectedRecords(10))
})

test('[F-P01] a power cut between any two operations loses nothing acknowledged and leaves a prefix', () => {
  for (let cut = 1; cut <= 120; cut += 1) {
    const { disk, writer } = run(cut, { ...LIMITS, segmentBytesMax: 900 })
    let acknowledged = 0
    let seq = 0
    for (let operations = 0; operations < cut; operations += 1) {
      while (writer.pending < 3) writer.append(bundleOf([record((seq += 1))]))
      const op = writer.next()
      assert.ok(op !== undefined)
      const event = writer.complete(perform(op, disk))
      if (event?.kind === 'durable') acknowledged = event.seq
    }
    disk.crash()
    const { recovery, records } = recovered(disk)
    assert.ok(recovery.ok, `cut ${cut}`)
    assert.ok(records.length >= acknowledged && records.length <= seq, `cut ${cut}`)
    assert.deepEqual(records, expectedRecords(records.length), `cut ${cut}`)
  }
})

test('[F-D03] a record torn at every byte: the prefix is kept, the tail is dropped and reported, writing goes on', () => {
  const { disk: whole, write, writer } = run()
  write(1, 6)
  writer.append(bundleOf([record(7), record(8)]))
  const op = writer.next()
  assert.ok(op?.op === 'append')
  const frame = op.bytes.slice()
  const before = whole.length(1)
  for (let keep = 0; keep < frame.length; keep += 1) {
    for (const garbled of [0, Math.min(keep, 5)]) {
      const { disk, write: writeAgain } = run(keep)
      writeAgain(1, 6)
      disk.append(frame)
      disk.crash({ keep, garbled })
      const { recovery, records } = recovered(disk)
      assert.ok(recovery.ok, `byte ${keep}`)
      assert.deepEqual(records, expectedRecords(6), `byte ${keep}`)
      assert.deepEqual(recovery.dropped?.at, keep === 0 ? undefined : before)
      assert.deepEqual(recovery.dropped?.bytes, keep === 0 ? undefined : keep)
      if (recovery.dropped !== undefined) disk.truncate(recovery.dropped.at)
      const next = writerAt(recovery.position)
      next.append(bundleOf([record(7)]))
      drive(next, disk, () => {})
      assert.deepEqual(recovered(disk).records, expectedRecords(7))
    }
  }
})

test('[F-D01] a full disk at each byte: nothing acknowledged, nothing half done, and it resumes when space returns', () => {
  const reference = run()
  reference.write(1, 9)
  const total = reference.disk.usedBytes()
  for (let capacity = 0; capacity < total; capacity += 1) {
    const { disk, write, writer, events } = run()
    disk.capacityBytes = capacity
    write(1, 9)
    assert.equal(writer.state, 'full', `capacity ${capacity}`)
    const acknowledged = events.findLast((event) => event.kind === 'durable')?.seq ?? 0
    assert.equal(disk.usedBytes(), writer.position.at, 'the half-done batch is gone')
    assert.deepEqual(recovered(disk).records, expectedRecords(acknowledged))
    assert.equal(writer.next(), undefined, 'no attempt before it is asked for')
    writer.retry()
    drive(writer, disk, (event) => events.push(event))
    assert.equal(writer.state, 'full', 'still no space')
    disk.capacityBytes = Number.POSITIVE_INFINITY
    writer.retry()
    drive(writer, disk, (event) => events.push(event))
    assert.deepEqual(recovered(disk).records, expectedRecords(9))
    assert.equal(events.filter(({ kind }) => kind === 'full').length, 1, 'told once')
    assert.equal(events.filter((event) => event.kind === 'durable' && event.isResumed).length, 1)
  }
})

test('[F-D02] an fsync that fails once is fatal: no acknowledgement, no second try', () => {
  const { disk, write, writer, events } = run()
  write(1, 6)
  disk.failNextSync()
  write(7, 12)
  assert.equal(writer.state, 'failed')
  assert.deepEqual(events.at(-1), { kind: 'failed', during: 'sync' })
  writer.retry()
  assert.equal(writer.next(), undefined)
  assert.equal(events.findLast((event) => event.kind === 'durable')?.seq, 6)
  disk.crash()
  assert.deepEqual(recovered(disk).records, expectedRecords(6))
})

test('[F-D04] a bit flipped anywhere before the last batch refuses the start and names the batch', () => {
  const { disk, write } = run()
  write(1, 12)
  const ends: number[] = []
  recoverEnds(disk, ends)
  const lastBatchAt = ends.at(-2) ?? 0
  for (let at = 0; at < lastBatchAt; at += 1) {
    disk.flipBit(1, at, at % 8)
    const { recovery } = recovered(disk)
    assert.ok(!recovery.ok, `byte ${at}`)
    assert.equal(recovery.damage.batchNo, ends.findIndex((end) => at < end) + 1, `byte ${at}`)
    assert.equal(recovery.damage.at, ends.findLast((end) => end <= at) ?? 0)
    disk.flipBit(1, at, at % 8)
  }
  assert.ok(recovered(disk).recovery.ok)
})

test('[F-D04] a bit flipped in the last batch is refused once a checkpoint vouches for it', () => {
  const { disk, write, writer } = run()
  write(1, 12)
  const { batchNo, lastSeq: seq, head, at: end } = writer.position
  const witness = { batchNo, seq, head: toHex(head) }
  assert.ok(recovered(disk, witness).recovery.ok)
  for (let at = end - FRAME_BYTES_MIN; at < end; at += 1) {
    disk.flipBit(1, at, 3)
    const { recovery } = recovered(disk, witness)
    assert.ok(!recovery.ok)
    assert.equal(recovery.damage.code, 'tail_cut')
    disk.flipBit(1, at, 3)
  }
})

test('[F-D06] synced batches that the medium lost are seen against the checkpoint', () => {
  const { disk, write, writer } = run()
  write(1, 12)
  const witness = { batchNo: writer.position.batchNo, seq: 12, head: toHex(writer.position.head) }
  const ends: number[] = []
  recoverEnds(disk, ends)
  disk.loseTail(1, disk.length(1) - (ends.at(-2) ?? 0))
  assert.ok(recovered(disk).recovery.ok, 'without a checkpoint the chain just ends earlier')
  const { recovery } = recovered(disk, witness)
  assert.ok(!recovery.ok)
  assert.deepEqual([recovery.damage.code, recovery.damage.batchNo], ['tail_cut', witness.batchNo])
})

test('[F-D07] a write that lands elsewhere is seen', () => {
  const { disk, write } = run()
  write(1, 6)
  disk.misdirectNextWrite(150)
  write(7, 12)
  const { recovery } = recovered(disk)
  assert.ok(!recovery.ok)
  assert.ok(recovery.damage.at <= 150)
})

test('[PE-01] a missing segment is seen', () => {
  const limits = { ...LIMITS, segmentBytesMax: 700 }
  const first = run(1, limits)
  first.write(1, 60)
  first.disk.dropSegment(2)
  const { recovery } = recovered(first.disk)
  assert.ok(!recovery.ok)
  assert.deepEqual([recovery.damage.code, recovery.damage.segment], ['segment_missing', 2])
})

test('[PE-05] a newer format is refused with both versions', () => {
  const { disk, write } = run()
  write(1, 3)
  disk.flipBit(1, 4, 1) // version 1 becomes 3
  const { recovery } = recovered(disk)
  assert.ok(!recovery.ok)
  assert.equal(recovery.damage.code, 'newer_format')
  assert.match(recovery.damage.detail, /version 3, this program reads up to 1/)
})

test('[PE-05] seq must rise, and a frame keeps holes and text beyond ASCII', () => {
  const { disk, writer } = run()
  writer.append(
    bundleOf([record(5), { seq: 4_000_000_000, kind: 'note', text: '"é"' }, { seq: 4_000_000_001, kind: 'note', text: '"𝄞€"' }]),
  )
  assert.throws(() => writer.append(bundleOf([record(6)])), /seq rises/)
  drive(writer, disk, () => {})
  assert.deepEqual(
    recovered(disk).records.map(({ seq, text }) => [seq, text]),
    [
      [5, record(5).text],
      [4_000_000_000, '"é"'],
      [4_000_000_001, '"𝄞€"'],
    ],
  )
  const opening = disk.read(1, 0)
  assert.ok(opening !== undefined)
  const frame = decodeFrame(opening.bytes, 0, crypto)
  assert.ok(!isFault(frame))
  assert.equal(frame.type, 'opening')
  assert.equal(frame.payloadLength, frame.bytes.length - HEADER_BYTES - 32)
  assert.deepEqual(JSON.parse(recordsOf(frame, nodeText)[0]?.text ?? ''), {
    formatVersion: 1,
    journalId: '01',
    publicKey: '02',
    createdAt: 1_700_000_000_000,
  })
})

function recoverEnds(disk: ReturnType<typeof run>['disk'], ends: number[]): void {
  const bytes = disk.read(1, 0)?.bytes ?? new Uint8Array()
  for (let at = 0; at < bytes.length;) {
    const frame = decodeFrame(bytes, at, crypto)
    assert.ok(!isFault(frame))
    at += frame.bytes.length
    ends.push(at)
  }
}
