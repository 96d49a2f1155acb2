/**
 * Bytes of the engine's journal damaged between two runs of its process. A start either refuses and says where, or goes on; going on is right
 * only when nothing that a checkpoint signed is gone and every answer that lies within it comes back byte for byte.
 */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createPrng } from '#base/prng.ts'
import { verifyJournal } from '#store/verify.ts'
import { Acknowledgements } from './acknowledgements.ts'
import type { Acknowledged } from './acknowledgements.ts'
import { Client } from './client.ts'
import { startEngine } from './engine-process.ts'
import { Load } from './load.ts'

const SEED = 4
const DAMAGES = 3
const REFUSED = /segment \d+|byte \d+|batch \d+|not a database|malformed|damaged/i

test('[F-D04] damaged bytes in a segment: the start refuses with the position, or keeps all that was signed', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'ballast-damage-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const original = join(root, 'original')
  mkdirSync(original)
  const { told, signedSeq } = await livedIn(original)
  const prng = createPrng(SEED)
  const outcomes = { refused: 0, recovered: 0 }
  for (let n = 0; n < DAMAGES; n++) {
    const folder = join(root, `damaged-${n}`)
    cpSync(original, folder, { recursive: true })
    const where = damage(join(folder, 'data/engine'), prng)
    const refusal = await refusalOf(t, folder, (url) => keepsSigned(url, told, { signedSeq, where }))
    if (refusal !== undefined) assert.match(refusal, REFUSED, `${where}: a refusal says where`)
    outcomes[refusal === undefined ? 'recovered' : 'refused']++
  }
  t.diagnostic(JSON.stringify(outcomes))
})

test('[F-D04] a byte changed in the record of an answer that a checkpoint signed: the start refuses with the position', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'ballast-damage-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const { told, signedSeq } = await livedIn(root)
  const signed = told.find((one) => asOfSeq(one) <= signedSeq)
  assert(signed !== undefined, 'something was acknowledged and signed')
  assert.ok(changeEverywhere(join(root, 'data/engine'), signed.key) > 0, 'its key stands in a segment')
  const refusal = await refusalOf(t, root, () => assert.fail('it started'))
  assert.match(refusal ?? '', REFUSED)
})

/** What a start says when it refuses; undefined when it goes on, which `holds` then judges. */
async function refusalOf(t: TestContext, folder: string, holds: (url: URL) => void | Promise<void>): Promise<string | undefined> {
  const engine = startEngine(folder)
  t.after(() => engine.kill('SIGKILL'))
  const url = await engine.listening.catch(() => undefined)
  if (url === undefined) return engine.output()
  await holds(url)
  await engine.kill('SIGKILL')
  return undefined
}

/** In the segments and their logs: a page may lie in both. */
function changeEverywhere(journal: string, text: string): number {
  let changed = 0
  for (const name of readdirSync(journal).filter((file) => /^segment-.*\.sqlite(-wal)?$/.test(file))) {
    const bytes = readFileSync(join(journal, name))
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
      bytes[at] = (bytes[at] ?? 0) ^ 1
      changed++
    }
    writeFileSync(join(journal, name), bytes)
  }
  return changed
}

interface Lived {
  readonly told: readonly Acknowledged[]
  readonly signedSeq: number
}

async function livedIn(folder: string): Promise<Lived> {
  const acknowledged = new Acknowledgements(join(folder, 'acknowledged.jsonl'))
  const engine = startEngine(folder)
  const client = new Client(await engine.listening)
  const prng = createPrng(SEED)
  let isOver = false
  const day = new Load(acknowledged, () => prng.uniform()).run(client, () => isOver)
  await new Promise((resolve) => setTimeout(resolve, 1_800))
  await engine.kill('SIGKILL')
  isOver = true
  await day
  client.close()
  acknowledged.close()
  const journal = join(folder, 'data/engine')
  const { journalId } = verifyJournal({ folder: journal })
  const { signed } = verifyJournal({ folder: journal, checkpointFile: join(folder, 'data/checkpoints', `${journalId}.jsonl`) })
  assert(signed !== undefined, 'a run of seconds has checkpoints')
  return { told: acknowledged.all, signedSeq: signed.seq }
}

/** One to sixteen bytes of one segment, its log or a snapshot are changed. */
function damage(journal: string, prng: { uniform(): number; int(n: number): number }): string {
  const files = readdirSync(journal).filter((name) => /^(segment-.*\.sqlite(-wal)?|snapshot-\d+\.json)$/.test(name))
  const name = files[prng.int(files.length)] ?? ''
  const bytes = readFileSync(join(journal, name))
  const used = bytes.findLastIndex((byte) => byte !== 0) + 1
  const at = prng.int(Math.max(1, used))
  for (let i = at; i < Math.min(used, at + 1 + prng.int(16)); i++) bytes[i] = (bytes[i] ?? 0) ^ (1 + prng.int(255))
  writeFileSync(join(journal, name), bytes)
  return `${name} at ${at}`
}

async function keepsSigned(
  url: URL,
  told: readonly Acknowledged[],
  { signedSeq, where }: { readonly signedSeq: number; readonly where: string },
): Promise<void> {
  const client = new Client(url)
  for (const one of told) {
    if (one.status === 202 || asOfSeq(one) > signedSeq) continue
    const again = await client.postWhenReady(one)
    assert.deepEqual([again?.status, again?.text], [one.status, one.answer], `${where}: ${one.key} was signed`)
  }
  client.close()
}

function asOfSeq({ answer }: Acknowledged): number {
  return (JSON.parse(answer) as { readonly asOfSeq: number }).asOfSeq
}
