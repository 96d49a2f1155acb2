/** Both adapters keep the contract of position sources, and the kit finds those that do not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PositionsAnswer } from '#api/contract.ts'
import { positionSourceContract } from './contract.ts'
import type { MakeSource } from './contract.ts'
import { demoSource } from './demo.ts'
import { partnerSource } from './partner.ts'
import { checkPositions, isSame, PositionSourceError } from './source.ts'
import type { HeldPosition } from './source.ts'

/** The API's answer with these positions, as it comes over the wire. */
const answering = (held: readonly HeldPosition[]) => ({
  positions: () =>
    Promise.resolve({ kind: 'answer', body: { positions: structuredClone(held) as unknown as PositionsAnswer['positions'] } } as const),
})

positionSourceContract(test, 'demo', (held) => demoSource(answering(held)))
positionSourceContract(test, 'partner, a list', (held) => partnerSource(held))
positionSourceContract(test, 'partner, a function', (held) => partnerSource(() => held))
positionSourceContract(test, 'partner, a slow function', (held) =>
  partnerSource(() => new Promise((resolve) => setTimeout(() => resolve(held), 5))),
)

const LONG: HeldPosition = { id: 'p-1', asset: 'BTC', side: 'long', entryPrice: '90000', size: '0.5', leverage: '5' }

/** Titles of the rules a source breaks. */
async function broken(makeSource: MakeSource): Promise<readonly string[]> {
  const runs: Promise<string | undefined>[] = []
  positionSourceContract(
    (title, run) =>
      runs.push(
        run().then(
          () => undefined,
          () => title,
        ),
      ),
    'x',
    makeSource,
  )
  return (await Promise.all(runs)).filter((title) => title !== undefined)
}

test('[UI-03] the kit finds a source that passes on what it cannot read, that answers after an abort, or that rounds', async () => {
  const loose: MakeSource = (held) => ({ name: 'loose', knownBy: 'statement', load: () => Promise.resolve(held) })
  assert.equal((await broken(loose)).length, 12)
  const rounding: MakeSource = (held) => partnerSource(held.map((position) => ({ ...position, size: String(Number(position.size)) })))
  assert.match((await broken(rounding)).join(), /exactly/)
  assert.deepEqual(await broken((held) => partnerSource(held)), [])
})

test('[UI-03] a partner’s change is told, a bad one is refused whole and changes nothing', async () => {
  const source = partnerSource([LONG])
  let told = 0
  const leave = source.subscribe(() => (told += 1))
  source.set([{ ...LONG, size: '1' }])
  assert.throws(() => source.set([LONG, { ...LONG, id: 'p-2', size: '-1' }]), /positions\.1\.size: expected a size above 0/)
  assert.equal((await source.load(new AbortController().signal))[0]?.size, '1')
  leave()
  source.set([])
  assert.equal(told, 1)
})

test('[UI-03] a function of the page that fails is named, one that hangs is not waited for', async () => {
  const failing = partnerSource(() => Promise.reject(new Error('exchange closed')))
  await assert.rejects(failing.load(new AbortController().signal), (error: unknown) => {
    assert.ok(error instanceof PositionSourceError)
    return error.message === 'the page could not say what is held: exchange closed'
  })
  const controller = new AbortController()
  const loading = partnerSource(() => new Promise<never>(() => undefined)).load(controller.signal)
  controller.abort()
  await assert.rejects(loading, { name: 'AbortError' })
})

test('[UI-03] the API’s silence and its refusal are told apart', async () => {
  const lost = demoSource({ positions: () => Promise.resolve({ kind: 'lost', because: 'slow' }) })
  await assert.rejects(lost.load(new AbortController().signal), /did not answer/)
})

test('[UI-03] lists are the same whatever their order and however a decimal is written', () => {
  const other = { ...LONG, id: 'p-2' }
  assert.deepEqual(
    [isSame([LONG, other], [other, { ...LONG, size: '0.50' }]), isSame([LONG], [{ ...LONG, size: '0.6' }]), isSame([], [LONG])],
    [true, false, false],
  )
  assert.throws(() => checkPositions('none'), /expected a list/)
  assert.throws(() => checkPositions(Array.from({ length: 101 }, (_, i) => ({ ...LONG, id: `p${i}` }))), /at most 100/)
})
