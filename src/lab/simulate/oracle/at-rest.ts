/**
 * When the faults have stopped and time has passed: everything is resolved (I14), the books equal the venue's (I4), covers are true (I19),
 * the audit has one record per transition (I11), answers are given again (I10), and the journal gives the same state once more, from its
 * newest snapshot and from its first record (I9).
 */
import { canonicalJson } from '#base/canonical-json.ts'
import { recoverEngine } from '#runtime/recover-engine.ts'
import { openMedium } from '../machine/open-medium.ts'
import type { EngineProcess } from '../machine/engine-process.ts'
import { ACCOUNTS } from '../world/scene.ts'
import { VirtualTime } from '../world/virtual-time.ts'
import type { World } from '../world/world.ts'
import { EngineModel } from './engine-model.ts'
import { optionsOf } from './evidence.ts'
import { firstDifference } from './oracle.ts'
import { Verdict } from './verdict.ts'

const REPEATS = 8
const SETTLE_MS = 10_000
/** The venue's own account and the ledger round coin exchanged at the index each for itself, at 1e-18. */
const CASH_TOLERANCE = 10n ** 9n

export async function checkAtRest(world: World): Promise<void> {
  const { verdict } = world.oracle
  await repeatAnswers(world)
  const { process } = world
  if (process === undefined) return verdict.fail('I14', 'no process lives after the last fault')
  await settle(world, process)
  checkResolved(world)
  checkBooks(world)
  checkCovers(world)
  checkAudit(world)
  if (verdict.violation === undefined) checkReplay(world, process)
  if (verdict.violation === undefined) checkFold(world)
}

/** The same requests once more: the log of what clients were told judges the answers. */
async function repeatAnswers(world: World): Promise<void> {
  const settled = world.oracle.clients.settled()
  const step = Math.max(1, Math.floor(settled.length / REPEATS))
  for (let index = 0; index < settled.length; index += step) {
    const wish = settled[index]
    if (wish !== undefined) world.clients.ask(wish)
  }
  const until = world.time.now + SETTLE_MS
  while (world.time.now < until && world.oracle.verdict.violation === undefined && (await world.step(until))) continue
}

/** To an instant at which nothing waits for the medium. */
async function settle(world: World, process: EngineProcess): Promise<void> {
  const until = world.time.now + SETTLE_MS
  while (!process.journal.isIdle && (await world.step(until))) continue
}

function checkResolved({ oracle, clients, process }: World): void {
  const { verdict, engine } = oracle
  verdict.check(process?.journal.isIdle === true, 'I14', () => `${process?.journal.pending ?? 0} records still wait for the medium`)
  const open = engine.open()
  verdict.check(
    open.length === 0,
    'I14',
    () => `order ${open[0]?.orderId} is still ${open[0]?.state} (${open[0]?.reason ?? ''}), ${open.length} in all`,
  )
  for (const account of ACCOUNTS) {
    const state = engine.reconciled.get(account)
    verdict.check(state === 'matched', 'I14', () => `the books of ${account} are ${state ?? 'not compared'} at rest`)
  }
  const [left] = clients.unsettled()
  verdict.check(left === undefined, 'I14', () => `${left?.type} under key ${left?.key} has no final answer`)
}

function checkBooks({ oracle, venue }: World): void {
  const { verdict, engine } = oracle
  for (const { account, usdc, positions } of venue.balances()) {
    const ours = engine.cash.get(`${account} USDC`) ?? 0n
    const gap = ours > usdc ? ours - usdc : usdc - ours
    verdict.check(gap <= CASH_TOLERANCE, 'I4', () => `${account} has ${ours}e-18 USDC in the books, ${usdc}e-18 at the venue`)
    const names = new Set([
      ...positions.keys(),
      ...[...engine.positions.keys()].filter((key) => key.startsWith(`${account} `)).map((key) => key.slice(account.length + 1)),
    ])
    for (const name of names) {
      const held = sum(engine.positions.get(`${account} ${name}`)?.values() ?? [])
      const there = positions.get(name) ?? 0n
      verdict.check(held === there, 'I4', () => `${account} holds ${held}e-18 ${name} in the books, ${there}e-18 at the venue`)
    }
  }
}

function checkCovers({ oracle, venue, time }: World): void {
  const needed = new Map<string, bigint>()
  for (const cover of oracle.engine.covers.values()) {
    const { account, state, expiry, alarm } = cover
    if (state !== 'active' || alarm !== undefined || expiry <= time.now) continue
    for (const { instrument, size } of optionsOf(cover))
      needed.set(`${account} ${instrument}`, (needed.get(`${account} ${instrument}`) ?? 0n) + size)
  }
  for (const { account, positions } of venue.balances())
    for (const [key, size] of needed) {
      if (!key.startsWith(`${account} `)) continue
      const held = positions.get(key.slice(account.length + 1)) ?? 0n
      oracle.verdict.check(held >= size, 'I19', () => `covers of ${key} for ${size}e-18 are shown active, the venue holds ${held}e-18`)
    }
}

function checkAudit({ oracle: { verdict, engine } }: World): void {
  const { confirmations, qualityRecords } = engine
  verdict.check(confirmations === qualityRecords, 'I11', () => `${confirmations} orders were confirmed, ${qualityRecords} records say so`)
  for (const { coverageId, state } of engine.covers.values()) {
    if (state !== 'active') continue
    verdict.check(engine.activations.get(coverageId) === 1, 'I11', () => `cover ${coverageId} is active without its record`)
  }
}

function checkReplay({ medium, sabotage, engineParts, oracle: { verdict } }: World, process: EngineProcess): void {
  const found = openMedium(medium, sabotage.medium)
  const records = (from: number) => found.records.filter(({ seq }) => seq >= from)
  const now = process.engine.stateText()
  for (const snapshot of [undefined, found.snapshot]) {
    const again = recoverEngine({ ...engineParts(), snapshot, records }).engine.stateText()
    const from = snapshot === undefined ? 'first record' : `snapshot of ${snapshot.seq}`
    verdict.check(again === now, 'I9', () => `replay from the ${from} gives another state: ${firstDifference(now, again)}`)
  }
}

/** Other code over the same journal decides nothing anew: recorded decisions are facts, and books, orders and covers come out the same. */
function checkFold({ medium, sabotage, engineParts, oracle: { verdict, engine } }: World): void {
  const found = openMedium(medium, sabotage.medium)
  const records = (from: number) => found.records.filter(({ seq }) => seq >= from)
  const parts = engineParts()
  const folded = new EngineModel(new Verdict(new VirtualTime(0)))
  const { mode } = recoverEngine({
    ...parts,
    digests: { ...parts.digests, codeDigest: 'of other code' },
    snapshot: undefined,
    records,
    inspect: (event) => folded.take(event),
  })
  verdict.check(mode === 'fold', 'I9', () => 'other code derives instead of folding')
  for (const what of ['cash', 'positions', 'orders', 'covers'] as const) {
    const [ours, theirs] = [textOf(engine[what]), textOf(folded[what])]
    verdict.check(ours === theirs, 'I9', () => `folding gives other ${what}: ${firstDifference(ours, theirs)}`)
  }
}

/** Keys sorted: a record read back has them in the order of its schema. */
function textOf(map: ReadonlyMap<string, unknown>): string {
  const plain: unknown = JSON.parse(
    JSON.stringify([...map], (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value instanceof Map ? [...value] : value,
    ),
  )
  return canonicalJson(plain)
}

function sum(sizes: Iterable<bigint>): bigint {
  let total = 0n
  for (const size of sizes) total += size
  return total
}
