/**
 * What must hold after a kill, judged by what the client was told and by what lies on the medium. Asked of the running engine: the same key
 * gets the same bytes, what was acknowledged is there, the books agree with the venue. Read from the folders of the dead process: chain and
 * checkpoints verify, each order was sent and placed at most once, each quote became at most one cover.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readBatches } from '#store/journal-reader.ts'
import { renderVerifyReport } from '#store/verify-report.ts'
import { verifyJournal } from '#store/verify.ts'
import type { Acknowledged, Acknowledgements } from './acknowledgements.ts'
import type { Client } from './client.ts'

const IN_PARALLEL = 32
const RECONCILED_WITHIN_MS = 30_000

/** Every answer again, byte for byte. A command whose outcome was open may have got its final one since; then that one is kept. */
export async function sameAnswers(client: Client, acknowledged: readonly Acknowledged[]): Promise<Acknowledged[]> {
  const finals: Acknowledged[] = []
  for (let from = 0; from < acknowledged.length; from += IN_PARALLEL) {
    const part = acknowledged.slice(from, from + IN_PARALLEL)
    await Promise.all(
      part.map(async (told) => {
        const again = await client.postWhenReady(told)
        assert(again !== undefined, 'the engine answers a repeat')
        if (told.status === 202 && again.status !== 202) {
          assert.equal(again.commandId, told.commandId, `${told.path} ${told.key}: the outcome is that of the first command`)
          finals.push({ ...told, status: again.status, answer: again.text })
        } else assert.deepEqual([again.status, again.text], [told.status, told.answer], `${told.path} ${told.key} gets its first answer`)
      }),
    )
  }
  return finals
}

/** The statement stored is the newest acknowledged, or one that was on its way. */
export async function statementKept(client: Client, { all, open }: Acknowledgements): Promise<void> {
  const stated = all.filter(({ path, status }) => path === '/portfolio/ingest' && status === 200)
  const newest = stated.reduce<Acknowledged | undefined>(
    (best, one) => (best === undefined || seqOf(one) > seqOf(best) ? one : best),
    undefined,
  )
  if (newest === undefined) return
  const shown = (await jsonOf(client, '/portfolio/positions')) as { readonly positions: readonly { readonly entryPrice: string }[] }
  const held = Number(shown.positions[0]?.entryPrice)
  const possible = [newest, ...open.values()].filter(({ path }) => path === '/portfolio/ingest').map(({ body }) => entryOf(body))
  assert(possible.includes(held), `the statement of entry ${entryOf(newest.body)} was acknowledged, ${held} is shown`)
}

/** Every cover that was told is on record, active or ended. */
export async function coversKept(client: Client, { all }: Acknowledgements): Promise<number> {
  const told = all.flatMap(({ path, status, answer }) => (path === '/audit/export' && status === 200 ? coverageIn(answer) : []))
  assert.equal(new Set(told).size, told.length, 'no two activations were told the same cover')
  const active = (await jsonOf(client, '/coverage/active')) as { readonly coverages: readonly { readonly coverageId: string }[] }
  const standing = new Set(active.coverages.map(({ coverageId }) => coverageId))
  const recorded = told.some((id) => !standing.has(id)) ? await activatedIn(client) : standing
  for (const id of told) assert(standing.has(id) || recorded.has(id), `cover ${id} was acknowledged and is on record`)
  return told.length
}

/** Books and venue agree, and everything else that readiness asks. */
export async function becomesReady(client: Client): Promise<void> {
  const until = performance.now() + RECONCILED_WITHIN_MS
  for (;;) {
    const answer = await client.get('/ready')
    if (answer?.status === 200) return
    assert(performance.now() < until, `ready within ${RECONCILED_WITHIN_MS} ms, not ${answer?.text ?? 'silent'}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export interface OnMedium {
  readonly records: number
  readonly orders: number
  readonly covers: number
}

/** Of a process that has ended. */
export function soundOnMedium(folder: string): OnMedium {
  for (const name of ['engine', 'venue']) verifies(folder, name)
  const sent = new Map<string, number>()
  const coverOf = new Map<string, string>()
  let records = 0
  for (const batch of readBatches(join(folder, 'data/engine'), 1)) {
    for (const { kind, text } of batch) {
      records++
      if (kind !== 'decision') continue
      const { topic, body } = JSON.parse(text) as { readonly topic: string; readonly body: Readonly<Record<string, string>> }
      if (topic === 'order_sends' && body['action'] === 'place') count(sent, body['orderId'] ?? '')
      if (topic === 'coverages') oneCover(coverOf, body)
    }
  }
  for (const [orderId, times] of sent) assert.equal(times, 1, `order ${orderId} is sent once`)
  for (const [orderId, times] of placedAt(folder)) assert.equal(times, 1, `order ${orderId} reaches the venue once`)
  return { records, orders: sent.size, covers: new Set(coverOf.values()).size }
}

function verifies(folder: string, name: string): void {
  const report = verifyJournal({ folder: join(folder, 'data', name), checkpointFile: checkpointsOf(folder, name) })
  assert(report.ok, `${name}: ${renderVerifyReport(report)}`)
}

/** Two journals share the folder of checkpoints: each file is named after its journal. */
function checkpointsOf(folder: string, name: string): string {
  const { journalId } = verifyJournal({ folder: join(folder, 'data', name) })
  const found = readdirSync(join(folder, 'data/checkpoints')).find((file) => file === `${journalId}.jsonl`)
  assert(found !== undefined, `journal ${name} has checkpoints`)
  return join(folder, 'data/checkpoints', found)
}

function oneCover(coverOf: Map<string, string>, body: Readonly<Record<string, string>>): void {
  const { coverageId = '', quoteId } = body
  if (quoteId === undefined) return
  const first = coverOf.get(quoteId) ?? coverageId
  assert.equal(coverageId, first, `quote ${quoteId} became one cover`)
  coverOf.set(quoteId, first)
}

function placedAt(folder: string): Map<string, number> {
  const placed = new Map<string, number>()
  for (const batch of readBatches(join(folder, 'data/venue'), 1)) {
    for (const { text } of batch) {
      const orderId = text.includes('"type":"place"') ? /"orderId":"([^"]+)"/.exec(text)?.[1] : undefined
      if (orderId !== undefined) count(placed, orderId)
    }
  }
  return placed
}

function count(of: Map<string, number>, key: string): void {
  of.set(key, (of.get(key) ?? 0) + 1)
}

async function jsonOf(client: Client, path: string): Promise<unknown> {
  const answer = await client.get(path)
  assert.equal(answer?.status, 200, `${path}: ${answer?.text ?? 'no answer'}`)
  return JSON.parse(answer?.text ?? '')
}

async function activatedIn(client: Client): Promise<Set<string>> {
  const found = new Set<string>()
  for (let after: number | null = 0; after !== null;) {
    const page = (await jsonOf(client, `/audit/logs?limit=500&showAll=true&after=${after}`)) as {
      readonly entries: readonly { readonly event: string; readonly payload: { readonly coverageId?: string } }[]
      readonly next: number | null
    }
    for (const { event, payload } of page.entries)
      if (event === 'coverage_activated' && payload.coverageId !== undefined) found.add(payload.coverageId)
    after = page.next
  }
  return found
}

function seqOf({ answer }: Acknowledged): number {
  return (JSON.parse(answer) as { readonly asOfSeq: number }).asOfSeq
}

function entryOf(body: string): number {
  return (JSON.parse(body) as { readonly positions: readonly { readonly entryPrice: number }[] }).positions[0]?.entryPrice ?? Number.NaN
}

function coverageIn(answer: string): string[] {
  const { status, coverageId } = JSON.parse(answer) as { readonly status: string; readonly coverageId?: string }
  return status === 'ok' && coverageId !== undefined ? [coverageId] : []
}
