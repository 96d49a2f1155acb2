/**
 * The test kit of position sources (UI-03): what every source keeps, so that the widget may trust it. Give it `test` of node:test (or of a runner that
 * is called the same way), a name, and a function that makes a source which holds the positions given to it:
 *
 *   import { test } from 'node:test'
 *   positionSourceContract(test, 'my exchange', (held) => mySource(fakeExchange(held)))
 *
 * `makeSource` is called once for each rule. It throws or the source refuses where the positions cannot be read; both count as refused.
 */
import { isSame } from './source.ts'
import type { HeldPosition, PositionSource } from './source.ts'

export type MakeSource = (held: readonly HeldPosition[]) => PositionSource | Promise<PositionSource>
export type RunTest = (title: string, run: () => Promise<void>) => unknown

const LONG: HeldPosition = { id: 'p-1', asset: 'BTC', side: 'long', entryPrice: '90000.5', size: '0.5', leverage: '5' }
const SHORT: HeldPosition = { id: 'p-2', asset: 'BTC', side: 'short', entryPrice: '90000', size: '9007199254740993.1', leverage: '1' }
const BAD: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['a size that is a number', { size: 0.5 }],
  ['a size of zero', { size: '0' }],
  ['a negative size', { size: '-0.5' }],
  ['a size with an exponent', { size: '5e-1' }],
  ['a leverage under 1', { leverage: '0.5' }],
  ['an unknown side', { side: 'buy' }],
  ['an empty id', { id: '' }],
  ['an id with a space', { id: 'p 1' }],
  ['no entry price', { entryPrice: undefined }],
]

type Rule = (title: string, run: () => Promise<void>) => unknown
const LOADING = (): AbortSignal => new AbortController().signal

export function positionSourceContract(test: RunTest, name: string, makeSource: MakeSource): void {
  const rule: Rule = (title, run) => test(`[UI-03] position source ${name}: ${title}`, run)
  givesWhatIsHeld(rule, makeSource)
  refusesWhatCannotBeRead(rule, makeSource)
  endsWhenWanted(rule, makeSource)
}

function givesWhatIsHeld(rule: Rule, makeSource: MakeSource): void {
  rule('gives what is held, exactly, in any order', async () => {
    const source = await makeSource([LONG, SHORT])
    ensure(source.name !== '' && (source.knownBy === 'server' || source.knownBy === 'statement'), 'it has a name and says who knows')
    const loaded = await source.load(LOADING())
    ensure(isSame(loaded, [LONG, SHORT]), `it gave ${JSON.stringify(loaded)}`)
    ensure(
      loaded.some(({ size }) => size === SHORT.size),
      'a size beyond the floats came through unchanged',
    )
  })
  rule('gives an empty list where nothing is held', async () => {
    const loaded = await (await makeSource([])).load(LOADING())
    ensure(loaded.length === 0, `it gave ${loaded.length} positions`)
  })
  rule('gives the same twice, and no change to a given list changes the next', async () => {
    const source = await makeSource([LONG])
    const first = await source.load(LOADING())
    try {
      ;(first as HeldPosition[]).length = 0
    } catch {
      // frozen: as good
    }
    ensure(isSame(await source.load(LOADING()), [LONG]), 'the second answer is whole')
  })
}

function refusesWhatCannotBeRead(rule: Rule, makeSource: MakeSource): void {
  for (const [what, change] of BAD)
    rule(`refuses ${what} instead of passing it on`, async () => {
      const loaded = await outcome(async () => (await makeSource([{ ...LONG, ...change } as HeldPosition])).load(LOADING()))
      ensure(loaded.kind === 'refused', `it gave ${JSON.stringify(loaded)}`)
    })
  rule('refuses two positions of one id', async () => {
    const loaded = await outcome(async () => (await makeSource([LONG, { ...SHORT, id: LONG.id }])).load(LOADING()))
    ensure(loaded.kind === 'refused', 'it gave both')
  })
}

function endsWhenWanted(rule: Rule, makeSource: MakeSource): void {
  rule('stops when it is aborted, before and while it loads', async () => {
    const source = await makeSource([LONG])
    const before = await outcome(() => source.load(AbortSignal.abort()))
    ensure(before.kind === 'refused', 'it answered although it was aborted before')
    const controller = new AbortController()
    const loading = outcome(() => source.load(controller.signal))
    controller.abort()
    await loading // ended either way: a source may have had its answer already
    ensure(isSame(await source.load(LOADING()), [LONG]), 'it works after an abort')
  })
  rule('tells nobody after the last one has left', async () => {
    const source = await makeSource([LONG])
    let told = 0
    const leave = source.subscribe?.(() => (told += 1))
    leave?.()
    leave?.() // leaving twice does no harm
    const isPartner = 'set' in source && typeof source.set === 'function'
    if (isPartner) (source as PositionSource & { set(positions: readonly HeldPosition[]): void }).set([SHORT])
    ensure(told === 0, `it told ${told} times`)
  })
}

type Outcome = { readonly kind: 'loaded'; readonly positions: readonly HeldPosition[] } | { readonly kind: 'refused' }

async function outcome(load: () => Promise<readonly HeldPosition[]>): Promise<Outcome> {
  try {
    return { kind: 'loaded', positions: await load() }
  } catch {
    return { kind: 'refused' }
  }
}

function ensure(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}
