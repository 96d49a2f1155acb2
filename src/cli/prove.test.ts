/** `ballast prove` on the journal of a cover that was quoted, bought and certified by the whole pipeline; then on doctored ones. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { certificateDigest, certify } from '#domain/certificate.ts'
import type { AccountId } from '#domain/order.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import { coverageCertificate } from '#topics/proof.ts'
import { money, usdc } from '#units/money.ts'
import { proveCoverage } from '#runtime/prove-coverage.ts'
import { ReplayRefused } from '#runtime/replay-journal.ts'
import { writeForged } from '#runtime/small-journal.fixture.ts'
import { coveragesAnswer } from '#api/contract.ts'
import { get } from '#api/host.fixture.ts'
import { coveredLong } from '#api/scene.fixture.ts'

const BIN = fileURLToPath(new URL('../../bin/ballast.mjs', import.meta.url))

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-prove-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Covered {
  readonly records: readonly JournalRecord[]
  readonly coverageId: string
  /** Index of the record of its certificate. */
  readonly certificate: number
}
async function covered(t: TestContext): Promise<Covered> {
  const host = await coveredLong(t)
  const certificate = host.records.findIndex(({ text }) => text.includes('"topic":"coverage_certificates"'))
  assert.ok(certificate >= 0, 'the cover was certified')
  const { body } = JSON.parse(host.records[certificate]?.text ?? '') as { readonly body: { readonly coverageId: string } }
  return { records: host.records, coverageId: body.coverageId, certificate }
}

function changed(records: readonly JournalRecord[], at: number, from: string | RegExp, to: string): readonly JournalRecord[] {
  return records.map((record, i): JournalRecord => {
    if (i !== at) return record
    const text = record.text.replace(from, to)
    assert.notEqual(text, record.text, 'something was changed')
    return { ...record, text }
  })
}

function ballast(words: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...words], { timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err })
    })
  })
}

test('[P-12] a cover is proved from its journal alone: floor, worst case, digest', async (t) => {
  const { records, coverageId } = await covered(t)
  const folder = writeForged(folderOf(t), records)
  const { status, certificates, replay } = await proveCoverage(coverageId, { folder })
  assert.deepEqual([status, replay.status, certificates.length], ['proved', 'equal', 1])
  const { settlement, holds } = certificates[0]?.certificate?.result ?? assert.fail('a certificate')
  assert.deepEqual([holds, settlement.holds, settlement.unexplained.toString()], [true, true, '0'])
  // bought at 88,000.50, closed at 87,999.50 by the bid: the floor was quoted from half a dollar less than the index
  assert.equal(certificates[0]?.certificate?.inputs.since.basis.toString(), '-0.5')
  assert.ok(settlement.worst.equity.isAtLeast(settlement.floorEquity))
  const { code, out, err } = await ballast(['prove', coverageId, '--journal', folder])
  assert.equal(code, 0, err)
  assert.match(out, /the floor HOLDS, at every index/)
  assert.match(out, /proved: every certificate comes out as it was recorded/)
})

test('[P-12] a doctored result, digest or input of a certificate is named, although the chain around it is correct', async (t) => {
  const { records, coverageId, certificate } = await covered(t)
  const result = await proveCoverage(coverageId, {
    folder: writeForged(folderOf(t), changed(records, certificate, /"unexplained":"0"/, '"unexplained":"1"')),
  })
  assert.equal(result.status, 'differs')
  assert.deepEqual(
    result.certificates[0]?.differences.map(({ path }) => path),
    ['result.settlement.unexplained'],
  )
  assert.deepEqual(
    result.replay.difference?.fields.map(({ path, recorded, derived }) => [path, recorded, derived]),
    [['body.result.settlement.unexplained', '1', '0']],
  )
  const input = await proveCoverage(coverageId, {
    folder: writeForged(folderOf(t), changed(records, certificate, /"cash":"[\d.]+"/, '"cash":"99999"')),
  })
  assert.equal(input.status, 'differs')
  assert.ok(input.certificates[0]?.differences.some(({ path }) => path === 'result.settlement.worst.equity'))
  assert.deepEqual(
    [input.replay.difference?.topic, input.replay.difference?.fields[0]?.path],
    ['coverage_certificates', 'body.inputs.books.cash'],
  )
  const folder = writeForged(folderOf(t), changed(records, certificate, /"digest":"[0-9a-f]{8}/, '"digest":"00000000'))
  const digest = await ballast(['prove', coverageId, '--journal', folder])
  assert.equal(digest.code, 4)
  assert.match(digest.out, /DIFFERS from what its inputs give:\n {2}digest: recorded "00000000/)
  assert.match(digest.out, /NOT PROVED/)
})

test('[P-12] a certificate doctored so that it agrees with itself, digest and all, is told by the replay', async (t) => {
  const { records, coverageId, certificate } = await covered(t)
  const written = JSON.parse(records[certificate]?.text ?? '') as { readonly body: unknown }
  const { inputs, ...rest } = coverageCertificate.parse(written.body)
  const richer = { ...inputs, books: { ...inputs.books, cash: inputs.books.cash.plus(usdc('1000')) } }
  const result = certify(richer)
  const body = { ...rest, inputs: richer, result, digest: certificateDigest(richer, result) }
  const text = JSON.stringify({ ...written, body })
  const forged = records.map((record, i): JournalRecord => (i === certificate ? { ...record, text } : record))
  const report = await proveCoverage(coverageId, { folder: writeForged(folderOf(t), forged) })
  assert.deepEqual([report.status, report.certificates[0]?.differences], ['differs', []])
  const { cash } = inputs.books
  const fields = report.replay.difference?.fields ?? []
  const input = fields.find(({ path }) => path === 'body.inputs.books.cash')
  assert.deepEqual([input?.recorded, input?.derived], [cash.plus(usdc('1000')).toString(), cash.toString()])
  assert.ok(fields.some(({ path }) => path === 'body.digest'))
})

test('[P-12] a changed fill is told: what was certified no longer follows from it', async (t) => {
  const { records, coverageId } = await covered(t)
  const fill = records.findLastIndex(({ kind, text }) => kind === 'input' && text.includes('"topic":"venue_fills"'))
  const folder = writeForged(folderOf(t), changed(records, fill, /"price":"0\.0065"/, '"price":"0.0045"'))
  const { status, certificates, replay } = await proveCoverage(coverageId, { folder })
  assert.deepEqual([status, replay.status, certificates[0]?.differences], ['differs', 'differs', []])
  assert.ok((replay.difference?.seq ?? 0) <= (certificates[0]?.seq ?? 0))
})

test('[P-12] a cover nobody knows is refused with the reason', async (t) => {
  const { records } = await covered(t)
  const folder = writeForged(folderOf(t), records)
  await assert.rejects(
    proveCoverage('cover-none', { folder }),
    (error) => error instanceof ReplayRefused && error.refusal.code === 'unknown_coverage',
  )
  const told = await ballast(['prove', 'cover-none', '--journal', folder])
  assert.deepEqual([told.code, told.err], [2, 'ballast: coverageId: cover-none — a cover of this journal, in the records it still has\n'])
})

test('[P-12] [P-11] a certificate that does not hold is the alarm of its cover, and the exit code of its proof', async (t) => {
  const host = await coveredLong(t)
  const active = async () => coveragesAnswer.parse((await get(host.api, '/coverage/active')).json()).coverages[0] ?? assert.fail('a cover')
  const before = await active()
  assert.deepEqual([before.certificateHolds, before.alarm], [true, undefined])
  assert.ok(Number(before.accountFloorUsdc) >= Number(before.floorEquity))
  // 19,428 less 8,880 to the strike less 10,000: 548, where 800 of margin are needed
  const about = { venue: 'deribit', account: 'demo' as AccountId, transferId: 'w1', currency: 'USDC', reason: 'withdrawal' } as const
  const body = { ...about, amount: money<'USDC'>('-10000'), venueAt: host.platform.now() }
  host.feed({ topic: 'venue_transfers', key: 'demo', source: 'test', body })
  host.pass(60_000)
  const after = await active()
  assert.deepEqual([after.certificateHolds, after.alarm, after.explanation?.code], [false, 'cover_liquidatable', 'cover_liquidatable'])
  assert.equal(
    after.accountFloorUsdc,
    usdc(before.accountFloorUsdc ?? '')
      .minus(usdc('10000'))
      .toString(),
  )
  const { code, out, err } = await ballast(['prove', after.coverageId, '--journal', writeForged(folderOf(t), host.records)])
  assert.equal(code, 6, err)
  assert.match(out, /\(activation\): the floor HOLDS, at every index/)
  assert.match(
    out,
    /\(account_changed\): the floor DOES NOT HOLD: the account is closed before the cover pays, at [\d.]+; at settlement it would hold/,
  )
  assert.match(out, /excluded by its terms: transfers -10000.00/)
  assert.match(out, /THE PROMISE DOES NOT HOLD, by the newest certificate/)
})
