/**
 * What is answered from a platform's files, over the real pipeline: the host's records are written to a journal and the audit trail is made from it,
 * then read by the reader's own thread while nothing of the engine is asked.
 */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { z } from 'zod'
import { AUDIT_VIEWS } from '#topics/audit-events.ts'
import { rebuildDocumentedFiles } from '#runtime/documented-files.ts'
import { RecordReader } from '#runtime/record-reader.ts'
import { Verification } from '#runtime/verification.ts'
import { checkpointPath } from '#store/checkpoint-file.ts'
import { openJournalSync } from '#store/journal-sync.ts'
import { sealKey } from '#store/seal-key.ts'
import { openSqlite } from '#store/sqlite.ts'
import { segmentPath } from '#store/segment-reader.ts'
import { failureSchema, explainAnswer } from './contract.ts'
import { AUDIT_EVENTS_SHOWN, decisionsAnswer, entriesAnswer, verifyAnswer } from './contract-decisions.ts'
import type { VerifyAnswer } from './contract-decisions.ts'
import { summaryAnswer } from './contract-audit.ts'
import { get, post, QUOTE, startHost } from './host.fixture.ts'
import type { Host } from './host.fixture.ts'
import { buyCover, openLong } from './scene.fixture.ts'

interface Filed {
  readonly host: Host
  readonly folder: string
  /** Writes what the host recorded since, as the runtime's writers would. */
  write(): void
}

async function filed(t: TestContext): Promise<Filed> {
  const root = mkdtempSync(join(tmpdir(), 'ballast-records-'))
  const folder = join(root, 'journal')
  const journal = openJournalSync({
    folder,
    checkpointFolder: join(root, 'checkpoints'),
    key: sealKey(generateKeyPairSync('ed25519').privateKey),
  })
  const logs = join(root, 'logs')
  const reader = new RecordReader({ journal: folder, logs, history: join(root, 'history') })
  const { journalId } = journal.opened
  const verification = new Verification({
    job: { folder, checkpointFile: checkpointPath(join(root, 'checkpoints'), journalId) },
    now: Date.now,
  })
  const host = await startHost({
    records: { decisions: (query) => reader.decisions(query), auditSearch: (query) => reader.auditSearch(query), verification },
  })
  t.after(async () => {
    await Promise.all([host.api.close(), reader.close(), verification.close()])
    journal.close()
    rmSync(root, { recursive: true, force: true })
  })
  let written = 0
  return {
    host,
    folder,
    write() {
      for (const record of host.records.slice(written)) journal.append(record)
      written = host.records.length
      journal.flush()
      journal.checkpoint('periodic')
      rmSync(logs, { recursive: true, force: true })
      rebuildDocumentedFiles(folder, logs, journalId)
    },
  }
}

async function covered(host: Host): Promise<void> {
  host.market()
  await openLong(host)
  await buyCover(host)
}

/** Asked again while the reader has not read all: on a busy machine its time for one answer may end before the journal does. */
async function decisionsOf({ api }: Host, query = ''): Promise<z.infer<typeof decisionsAnswer>> {
  for (const end = performance.now() + 30_000; ;) {
    const answer = decisionsAnswer.parse((await get(api, `/api/decisions${query}`)).json())
    if (answer.reach.state !== 'reading' || performance.now() > end) return answer
  }
}
const entriesOf = async ({ api }: Host, query = '') => entriesAnswer.parse((await get(api, `/api/audit/entries${query}`)).json())

test('[API-06] every decision of the journal is listed newest first, each with its reason and the audit entry it led to', async (t) => {
  const { host, write } = await filed(t)
  await covered(host)
  write()
  const { decisions, next, reach, tally, asOfSeq } = await decisionsOf(host)
  assert.deepEqual(
    decisions.map(({ kind }) => kind),
    ['cover_active', 'order_approved', 'cover_pending', 'quoted', 'quoted', 'order_approved'],
  )
  assert.ok(decisions.every(({ seq }, i) => i === 0 || seq < (decisions[i - 1]?.seq ?? 0)))
  assert.deepEqual([next, reach.state, asOfSeq], [null, 'whole', host.records.at(-1)?.seq])
  assert.deepEqual(tally?.outcomes, { done: 6, refused: 0, skipped: 0, alarm: 0 })
  const [active, approved] = decisions
  assert.equal(active?.audit?.event, 'coverage_activated')
  assert.equal(approved?.seen, 'buy 1 BTC-6FEB26-80000-P')
  const live = host.views.decisions('demo', 20)
  assert.deepEqual(
    decisions.map(({ seq, text }) => [seq, text]),
    live.map(({ seq, text }) => [seq, text]),
    'the live log tells the same',
  )
})

test('[API-06] from an approved order the chain goes back to the call that began it', async (t) => {
  const { host, write } = await filed(t)
  await covered(host)
  write()
  const [order] = (await decisionsOf(host, '?kind=order_approved')).decisions
  const { chain, complete } = explainAnswer.parse((await get(host.api, `/explain/${order?.seq}`)).json())
  assert.equal(complete, true)
  const topics = chain.map(({ topic }) => topic)
  assert.deepEqual([topics[0], topics.includes('put_quotes'), topics.includes('commands')], ['hedge_trades', true, true])
})

test('[API-06] decisions are filtered by kind, gate, outcome, text and time; pages meet without a gap', async (t) => {
  const { host, write } = await filed(t)
  host.market()
  for (const floor of ['0.10', '0.0001', '0.12']) await post(host.api, '/put/quote', { ...QUOTE, drawdownFloorPct: floor })
  host.pass(1_000)
  write()
  const all = (await decisionsOf(host)).decisions
  assert.equal(all.length, 3)
  const refused = await decisionsOf(host, '?outcome=refused')
  assert.deepEqual(
    refused.decisions.map(({ kind }) => kind),
    ['not_quoted'],
  )
  assert.deepEqual(
    refused.tally?.outcomes,
    { done: 2, refused: 1, skipped: 0, alarm: 0 },
    'counts are of all, so that the filter shows what else there is',
  )
  const gate = all[0]?.gate ?? ''
  assert.deepEqual(
    (await decisionsOf(host, `?gate=${gate}`)).decisions,
    all.filter((one) => one.gate === gate),
  )
  assert.equal((await decisionsOf(host, '?kind=quoted,not_quoted')).decisions.length, 3)
  assert.equal((await decisionsOf(host, '?text=NOT%20quoted')).decisions.length, 1)
  assert.equal((await decisionsOf(host, '?text=nowhere')).decisions.length, 0)
  const at = Date.parse(all[0]?.atIso ?? '')
  assert.equal((await decisionsOf(host, `?from=${at}&to=${at}`)).decisions.length, 3)
  assert.equal((await decisionsOf(host, `?from=${at + 1}`)).decisions.length, 0)
  const first = await decisionsOf(host, '?limit=2')
  const second = await decisionsOf(host, `?limit=2&before=${first.next}`)
  assert.deepEqual([...first.decisions, ...second.decisions], all)
  assert.deepEqual([second.next, first.next], [null, all[1]?.seq])
})

test('[API-06] what was decided since the last question is there with the next', async (t) => {
  const { host, write } = await filed(t)
  host.market()
  await post(host.api, '/put/quote', QUOTE)
  write()
  const before = await decisionsOf(host)
  await post(host.api, '/put/quote', { ...QUOTE, drawdownFloorPct: '0.10' })
  write()
  const after = await decisionsOf(host)
  assert.deepEqual([before.decisions.length, after.decisions.length, after.tally?.total], [1, 2, 2])
  assert.deepEqual(after.decisions.slice(1), before.decisions)
})

test('[UI-02] the entries behind every count of the summary are found, as many as it counts', async (t) => {
  const { host, write } = await filed(t)
  await covered(host)
  write()
  for (const mode of ['exec', 'internal'] as const) {
    const { counts } = summaryAnswer.parse((await get(host.api, `/audit/summary?mode=${mode}`)).json())
    assert.ok(Object.values(counts).some((count) => count > 0))
    for (const [event, count] of Object.entries(counts)) {
      const { entries } = await entriesOf(host, `?mode=${mode}&event=${event}&limit=500`)
      assert.equal(entries.length, count, `${mode} ${event}`)
    }
  }
})

test('[UI-02] [OP-01] the executive search gives executive entries alone, and nothing of what the platform earns', async (t) => {
  const { host, write } = await filed(t)
  await covered(host)
  write()
  const exec = (await entriesOf(host)).entries
  const internal = (await entriesOf(host, '?mode=internal')).entries
  assert.ok(exec.length > 0 && internal.length > exec.length)
  assert.ok(exec.every(({ event, view }) => view === 'exec' && AUDIT_VIEWS[event as keyof typeof AUDIT_VIEWS] === 'exec'))
  assert.doesNotMatch(JSON.stringify(exec), /subsidy|markup|margin|passThrough/i)
  assert.equal((await entriesOf(host, '?event=put_quote')).entries.length, 0, 'naming an internal event does not open it')
  assert.deepEqual(
    internal.map(({ seq, hash }) => [seq, hash]),
    [...host.platform.auditEntries({ limit: 500, includeInternal: true })].toReversed().map(({ seq, hash }) => [seq, hash]),
  )
})

test('[UI-02] [OP-01] the events a reader may choose among are those of the table that emits, view by view', () => {
  const names = Object.keys(AUDIT_VIEWS)
  assert.deepEqual([...AUDIT_EVENTS_SHOWN.internal].toSorted(), names.toSorted())
  assert.deepEqual(
    [...AUDIT_EVENTS_SHOWN.exec].toSorted(),
    names.filter((name) => AUDIT_VIEWS[name as keyof typeof AUDIT_VIEWS] === 'exec').toSorted(),
  )
})

test('[UI-02] entries are searched by text and time, page by page', async (t) => {
  const { host, write } = await filed(t)
  await covered(host)
  write()
  const all = (await entriesOf(host, '?mode=internal')).entries
  const pages = []
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null;) {
    const page: Awaited<ReturnType<typeof entriesOf>> = await entriesOf(host, `?mode=internal&limit=2&before=${before}`)
    pages.push(...page.entries)
    before = page.next
  }
  assert.deepEqual(pages, all)
  const found = (await entriesOf(host, '?mode=internal&text=6feb26-80000')).entries
  assert.ok(found.length > 0 && found.length < all.length)
  assert.ok(found.every((entry) => JSON.stringify(entry).includes('6FEB26-80000')))
  const at = Date.parse(all[0]?.ts ?? '')
  assert.equal((await entriesOf(host, `?mode=internal&from=${at + 1}`)).entries.length, 0)
})

test('[UI-02] [API-03] a filter that cannot be read is refused with its field; a host without files says so', async (t) => {
  const { host } = await filed(t)
  for (const [url, field] of [
    ['/api/decisions?limit=501', 'limit'],
    ['/api/decisions?kind=a,,b', 'kind'],
    ['/api/decisions?unknown=1', 'unknown'],
    ['/api/audit/entries?mode=partner', 'mode'],
    ['/api/audit/entries?from=-1', 'from'],
  ] as const) {
    const answer = await get(host.api, url)
    assert.equal(answer.statusCode, 400, url)
    assert.match(failureSchema.parse(answer.json()).explanation.field, new RegExp(field), url)
  }
  assert.equal(failureSchema.parse((await get(host.api, '/api/decisions?accountId=other')).json()).reason, 'unknown_account')
  const bare = await startHost()
  t.after(() => bare.api.close())
  for (const url of ['/api/decisions', '/api/audit/entries', '/api/audit/verify']) {
    const answer = await get(bare.api, url)
    assert.deepEqual([answer.statusCode, failureSchema.parse(answer.json()).reason], [503, 'not_available'], url)
  }
})

async function verified({ api }: Host): Promise<VerifyAnswer> {
  assert.equal((await post(api, '/api/audit/verify', {})).statusCode, 202)
  for (;;) {
    const answer = verifyAnswer.parse((await get(api, '/api/audit/verify')).json())
    if (answer.state !== 'running') return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('[UI-02] [PE-01] verification runs in its own thread, one at a time, and says what is vouched for and by whom', async (t) => {
  const { host, write } = await filed(t)
  await covered(host)
  write()
  assert.equal(verifyAnswer.parse((await get(host.api, '/api/audit/verify')).json()).state, 'none')
  const [one, two] = await Promise.all([post(host.api, '/api/audit/verify', {}), post(host.api, '/api/audit/verify', {})])
  assert.equal(one.json().startedAtIso, two.json().startedAtIso, 'the second call is the first verification')
  const { state, report, endedAtIso } = await verified(host)
  assert.equal(state, 'done')
  assert.ok(endedAtIso !== null)
  assert.deepEqual([report?.ok, report?.trustEnds, report?.findings], [true, null, []])
  assert.deepEqual([report?.vouched.seq, report?.vouched.records], [host.records.at(-1)?.seq, host.records.length])
  assert.match(
    report?.proves[0] ?? '',
    new RegExp(`against accident and anyone without key ${report?.publicKey}, up to seq \\d+; not against the holder`),
  )
})

test('[UI-02] [PE-01] one byte changed in the journal: the record is named from which trust ends', async (t) => {
  const { host, write, folder } = await filed(t)
  await covered(host)
  write()
  await post(host.api, '/put/quote', { ...QUOTE, drawdownFloorPct: '0.11' })
  write()
  const seq = spoil(folder)
  const { state, report } = await verified(host)
  assert.equal(state, 'done')
  assert.equal(report?.ok, false)
  assert.equal(report?.trustEnds?.seq, seq)
  assert.deepEqual(
    report?.findings.map(({ code, meaning }) => [code, meaning]),
    [['hash_mismatch', 'a batch was edited or damaged']],
  )
  assert.ok(
    report?.findings.every(({ where }) => !where.includes('/')),
    'no folder of this machine is named',
  )
})

/** Changes a byte in the newest batch; gives the seq of its first record. */
function spoil(folder: string): number {
  const database = openSqlite(segmentPath(folder, 1), 'write')
  const row = database.prepare('SELECT at, frame FROM batches ORDER BY at DESC LIMIT 1').get()
  const frame = row?.['frame'] as Uint8Array
  const first = Number(new DataView(frame.buffer, frame.byteOffset).getBigUint64(40, true))
  frame.set([(frame[120] ?? 0) ^ 1], 120)
  database.prepare('UPDATE batches SET frame = ? WHERE at = ?').run(frame, row?.['at'] as number)
  database.close()
  return first
}
