/** Funding charged or received changes what an account keeps: its covers are certified again on the minute after, with the amount by name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoverageCertificate } from '#topics/proof.ts'
import { fund } from './books.fixture.ts'
import { covered } from './certificate.fixture.ts'
import { only } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'

function minute(at: Harness): readonly CoverageCertificate[] {
  return only(at.feed('clock_tick', { name: 'minute', dueAt: at.at }), 'coverage_certificates')
}
const told = (certificates: readonly CoverageCertificate[]): readonly string[] =>
  certificates.map(({ issuedFor, inputs, result: { settlement } }) =>
    [issuedFor, inputs.since.funding.toString(), settlement.unexplained.toString(), String(settlement.holds)].join(' '),
  )

test('[P-12] funding charged: certified once on the minute after, named in full, and the floor by its terms still holds', () => {
  const { at, certificate } = covered()
  const before = certificate?.result.settlement.worst.equity
  fund(at, 'f1', '12.5', '1')
  const [issued] = minute(at)
  assert.ok(issued !== undefined)
  assert.deepEqual(told([issued]), ['account_changed -12.5 0 true'])
  assert.equal(issued.result.settlement.worst.equity.toString(), before?.minus(issued.inputs.since.funding.abs()).toString())
  assert.deepEqual(minute(at), [], 'once')
})

test('[P-12] two payments before the minute are one certificate; received funding is named as well', () => {
  const { at } = covered()
  fund(at, 'f1', '12.5', '1')
  fund(at, 'f2', '-20', '1')
  assert.deepEqual(told(minute(at)), ['account_changed 7.5 0 true'])
})
