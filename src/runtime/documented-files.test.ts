/** The documented files as they grow beside a running journal, over restarts and crashes, and made again from the journal alone. */
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import { clerk, confirmed, cover, openClerk, settled, type Clerk } from './documented-files.fixture.ts'
import { rebuildDocumentedFiles } from './documented-files.ts'

const DOCUMENTED = ['audit.log', 'audit.index', 'coverages.json', 'coverage-ledger.json', 'hedge-ledger.json']

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}
function assertRebuilt(t: TestContext, { journalFolder, logs, journalId, root }: Clerk): void {
  const out = join(root, 'rebuilt')
  t.after(() => rmSync(out, { recursive: true, force: true }))
  rebuildDocumentedFiles(journalFolder, out, journalId)
  for (const name of DOCUMENTED) assert.equal(read(out, name), read(logs, name), name)
  rmSync(out, { recursive: true })
}

test('[PE-01][PE-02] the files have the documented shapes, and rebuilding them from the journal gives the same bytes', async (t) => {
  const desk = await clerk(t)
  desk.say(confirmed('client', 'buy', '1', '89000'), cover('cov-1', 'active'), confirmed('hedge', 'buy', '1', '0.005', '450'))
  desk.audit('coverage_activated', 'exec', { coverageId: 'cov-1' })
  desk.audit('put_quote', 'internal', { premiumUsdc: '450' })
  desk.audit('mtm_position', 'exec', { coverageId: 'cov-1', equityUsdc: '19500.25', drawdownBufferUsdc: '8500.25', coverageRatio: '1' })
  await desk.stop()
  const lines = read(desk.logs, 'audit.log').trimEnd().split('\n')
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    ts: '2026-01-01T00:00:00.000Z',
    event: 'coverage_activated',
    payload: { coverageId: 'cov-1' },
  })
  assert.equal(lines.length, 3)
  assert.deepEqual(JSON.parse(read(desk.logs, 'coverages.json')), [
    [
      'cov-1',
      {
        coverageId: 'cov-1',
        expiryIso: '2026-01-08T08:00:00.000Z',
        positions: [{ id: 'BTC_USDC-PERPETUAL', asset: 'BTC', side: 'long', marginUsd: 17800, leverage: 5, entryPrice: 89000 }],
      },
    ],
  ])
  const leg = { instrument: 'BTC-8JAN26-80000-P', size: '1', optionType: 'put', strike: 80000, venue: 'sim' }
  const fixed = { coverageId: 'cov-1', selectedVenue: 'sim', coverageLegs: [leg] }
  assert.deepEqual(JSON.parse(read(desk.logs, 'coverage-ledger.json')), [
    { ...fixed, equityUsdc: '20000', drawdownBufferUsdc: '9450', coverageRatio: '1', timestamp: '2026-01-01T00:00:00.000Z' },
    { ...fixed, equityUsdc: '19500.25', drawdownBufferUsdc: '8500.25', coverageRatio: '1', timestamp: '2026-01-01T00:00:00.000Z' },
  ])
  assert.deepEqual(JSON.parse(read(desk.logs, 'hedge-ledger.json')), {
    ledger: [['BTC-8JAN26-80000-P', { size: '1', avgCostUsdc: '450' }]],
    realizedPnl: '0',
    timestamp: '2026-01-01T00:00:00.000Z',
  })
  assertRebuilt(t, desk)
})

test('[PE-02] a settled cover leaves the active ones, and its hedge is realised at payout less cost, once', async (t) => {
  const desk = await clerk(t)
  desk.say(cover('cov-1', 'active'), confirmed('hedge', 'buy', '1', '0.005', '450'))
  desk.settle(settled('1', '0.05', '76000'))
  desk.settle(settled('1', '0.05', '76000'))
  desk.say(cover('cov-1', 'expired'))
  await desk.stop()
  assert.equal(read(desk.logs, 'coverages.json'), '[]\n')
  const ledger = JSON.parse(read(desk.logs, 'hedge-ledger.json')) as { ledger: unknown[]; realizedPnl: string }
  assert.deepEqual([ledger.ledger, ledger.realizedPnl], [[], '3350'])
  assertRebuilt(t, desk)
})

test('[PE-02] the manifest names version, seq, chain head and a checksum per file', async (t) => {
  const desk = await clerk(t)
  desk.audit('put_quote', 'internal', {})
  await desk.stop()
  const manifest = JSON.parse(read(desk.logs, 'manifest.json')) as {
    version: number
    seq: number
    chainHead: string
    files: Record<string, { sha256: string }>
  }
  assert.deepEqual([manifest.version, manifest.seq], [2, desk.lastSeq()])
  assert.match(manifest.chainHead, /^[0-9a-f]{64}$/)
  const { createHash } = await import('node:crypto')
  for (const name of DOCUMENTED) {
    assert.equal(
      manifest.files[name]?.sha256,
      createHash('sha256')
        .update(readFileSync(join(desk.logs, name)))
        .digest('hex'),
      name,
    )
  }
})

test('[PE-01] a restart goes on without a gap, a repeat or a torn line, wherever the crash was', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] }) // a killed process writes nothing a second later; here it lives on in this one
  const first = await clerk(t)
  for (let i = 0; i < 5; i++) first.audit('put_quote', 'internal', { i })
  first.say(cover('cov-1', 'active'))
  await first.journalOnly() // the journal has it all, the files were not written: a kill at once
  const asAtStart = join(first.root, 'at-start')
  cpSync(first.logs, asAtStart, { recursive: true })
  const second = await openClerk(first)
  assert.deepEqual(second.payloads(), [0, 1, 2, 3, 4])
  second.audit('put_quote', 'internal', { i: 5 })
  await second.stop()
  appendFileSync(join(first.logs, 'audit.log'), '{"ts":"2026-01-01T00:00:00.000Z","event":"put_q') // a torn last line
  writeFileSync(join(first.logs, 'coverages.json'), '[]\n') // replaced a moment before the manifest would have been
  const third = await openClerk(second)
  third.audit('put_quote', 'internal', { i: 6 })
  await third.stop()
  assert.deepEqual(third.payloadsIn(read(first.logs, 'audit.log')), [0, 1, 2, 3, 4, 5, 6])
  assertRebuilt(t, third)
  rmSync(first.logs, { recursive: true })
  cpSync(asAtStart, first.logs, { recursive: true }) // files older than the journal
  const fourth = await openClerk(third)
  await fourth.stop()
  assertRebuilt(t, fourth)
})

test('[PE-02] files that were edited are set aside, said so, and made again', async (t) => {
  const first = await clerk(t)
  first.audit('put_quote', 'internal', { i: 0 })
  await first.stop()
  writeFileSync(join(first.logs, 'audit.log'), read(first.logs, 'audit.log').replace('put_quote', 'put_quoth'))
  const second = await openClerk(first)
  await second.stop()
  assert.match(second.said.join('\n'), /set-aside-1/)
  assert.equal(readdirSync(join(first.logs, 'set-aside-1')).includes('audit.log'), true)
  assertRebuilt(t, second)
})

test('[C-50] pages of one account: of the file and of what waits, in either direction, also after a restart and a rebuild', async (t) => {
  const first = await clerk(t)
  const owners = ['demo', 'other', undefined] as const
  for (let i = 0; i < 900; i++) first.audit('mtm_position', i % 2 === 0 ? 'exec' : 'internal', { i }, owners[i % 3])
  await first.written()
  for (let i = 900; i < 906; i++) first.audit('mtm_position', 'exec', { i }, owners[i % 3])
  const iOf = ({ payload }: { readonly payload: unknown }): number => (payload as { readonly i: number }).i
  const of = (desk: Clerk, query: object): number[] => desk.files.entries({ limit: 4, includeInternal: true, ...query }).map(iOf)
  const look = (desk: Clerk): unknown => [
    of(desk, { account: 'demo' }),
    of(desk, { account: 'other' }),
    of(desk, { account: 'other', includeInternal: false, limit: 3 }),
    of(desk, { account: 'other', after: 0, limit: 2 }),
    of(desk, { account: 'nobody' }),
    of(desk, { account: 'other', after: 0, limit: 1000 }).length,
  ]
  const wanted = [[894, 897, 900, 903], [895, 898, 901, 904], [898, 901, 904], [1, 4], [], 302]
  assert.deepEqual(look(first), wanted)
  await first.stop()
  const second = await openClerk(first)
  assert.deepEqual(look(second), wanted)
  await second.stop()
  assertRebuilt(t, second)
})

test('[PE-01] pages of the trail: newest, after a seq, without the internal view; seq and hash are the journal record’s', async (t) => {
  const desk = await clerk(t)
  for (let i = 0; i < 700; i++) desk.audit(i % 3 === 0 ? 'hedge_order' : 'put_quote', i % 3 === 0 ? 'exec' : 'internal', { i })
  await desk.written()
  for (let i = 700; i < 703; i++) desk.audit('hedge_order', 'exec', { i }) // not written yet
  const iOf = ({ payload }: { readonly payload: unknown }): unknown => (payload as { readonly i: number }).i
  assert.deepEqual(desk.files.entries({ limit: 4, includeInternal: true }).map(iOf), [699, 700, 701, 702])
  assert.deepEqual(desk.files.entries({ limit: 6, includeInternal: false }).map(iOf), [693, 696, 699, 700, 701, 702])
  const all = desk.files.entries({ limit: 1000, includeInternal: true, after: 0 })
  assert.deepEqual(
    all.map(iOf),
    Array.from({ length: 703 }, (_, i) => i),
  )
  const after = all[500]?.seq ?? 0
  assert.deepEqual(desk.files.entries({ limit: 2, includeInternal: true, after }).map(iOf), [501, 502])
  assert.deepEqual(desk.files.entries({ limit: 300, includeInternal: false, after }).map(iOf).slice(-4), [699, 700, 701, 702])
  assert.deepEqual(desk.files.entries({ limit: 0, includeInternal: true }), [])
  assert.equal(all[500]?.hash, desk.recordHash(after))
  await desk.stop()
})

test('[PE-02] an amount that a division of floats misses is the nearest decimal', async (t) => {
  const desk = await clerk(t)
  desk.say(confirmed('client', 'buy', '1', '89939.5'), cover('cov-1', 'active'))
  await desk.stop()
  assert.match(read(desk.logs, 'coverages.json'), /"marginUsd": 17987\.9,/, '89,939.5 / 5; in floats 17987.899999999998')
  assertRebuilt(t, desk)
})

test('[PE-02] [P-12] a position the client stated has the name the cover was bought under, and the figures stated', async (t) => {
  const desk = await clerk(t)
  const own = { id: 'demo-1', asset: 'BTC', side: 'long', marginUsd: '17987.9', leverage: '5', entryPrice: '89939.5' }
  const answer = { status: 'ok', accountId: 'demo', count: 2, updatedAt: '', positions: [own, { ...own, id: 'other', side: 'short' }] }
  const bought = cover('cov-1', 'active') as { readonly topic: string; readonly body: object }
  desk.say(
    { topic: 'command_results', body: { commandId: 'i', final: true, httpStatus: 200, answer } },
    confirmed('client', 'buy', '1', '89000'),
    { topic: bought.topic, body: { ...bought.body, positionIds: ['demo-1'] } as never },
  )
  await desk.stop()
  const [[, record]] = JSON.parse(read(desk.logs, 'coverages.json'))
  assert.deepEqual(record.positions, [{ id: 'demo-1', asset: 'BTC', side: 'long', marginUsd: 17987.9, leverage: 5, entryPrice: 89939.5 }])
  assertRebuilt(t, desk)
})
