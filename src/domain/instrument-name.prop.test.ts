/** Laws of instrument names over random contracts and random text. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { daysFromCivil } from '#base/civil-date.ts'
import type { EpochMs } from '#units/time.ts'
import { instrumentIdOf, parseInstrumentName, resolveInstrument } from './instrument-name.ts'
import type { ContractParts } from './instrument-name.ts'

const FIRST_DAY = daysFromCivil({ year: 2000, month: 1, day: 1 })
const LAST_DAY = daysFromCivil({ year: 2099, month: 12, day: 31 })
const expiries = fc.integer({ min: FIRST_DAY, max: LAST_DAY }).map((day) => (day * 86_400_000 + 8 * 3_600_000) as EpochMs)
const settlements = fc.constantFrom('coin' as const, 'usdc' as const)
const contracts: fc.Arbitrary<ContractParts> = fc.oneof(
  fc.record({
    kind: fc.constant('option' as const),
    settlement: settlements,
    optionType: fc.constantFrom('put' as const, 'call' as const),
    strike: fc.integer({ min: 1, max: 999_999_999 }).map(String),
    expiry: expiries,
  }),
  fc.record({ kind: fc.constant('future' as const), settlement: settlements, expiry: expiries }),
  fc.record({ kind: fc.constant('perpetual' as const), settlement: settlements }),
)

test('[DV-02] parts -> id -> parts is the identity, and the id is its own canonical name', () => {
  fc.assert(
    fc.property(contracts, (parts) => {
      const id = instrumentIdOf(parts)
      assert.ok(id.ok)
      const back = parseInstrumentName(id.value)
      assert.ok(back.ok)
      const { id: name, underlying, ...rest } = back.value
      assert.equal(name, id.value)
      assert.equal(underlying, 'BTC')
      assert.deepEqual({ ...rest }, { ...parts })
    }),
  )
})

test('[DV-02] a contract lives until its expiry instant and not at it', () => {
  fc.assert(
    fc.property(contracts, (parts) => {
      if (parts.kind === 'perpetual') return
      const id = instrumentIdOf(parts)
      assert.ok(id.ok)
      assert.equal(resolveInstrument(id.value, (parts.expiry - 1) as EpochMs).ok, true)
      const dead = resolveInstrument(id.value, parts.expiry)
      assert.equal(dead.ok ? '' : dead.refusal.code, 'expired_instrument')
    }),
  )
})

test('[DV-02] whatever parses formats back to the same text: damage to a name is refused or names another contract', () => {
  const damaged = fc
    .tuple(contracts, fc.nat(30), fc.constantFrom('0', '9', '-', ' ', 'p', 'P', '_', '\u0661', ''))
    .map(([parts, at, put]) => {
      const id = instrumentIdOf(parts)
      assert.ok(id.ok)
      return id.value.slice(0, at) + put + id.value.slice(at + 1)
    })
  fc.assert(
    fc.property(damaged, (text) => {
      const parsed = parseInstrumentName(text)
      if (!parsed.ok || parsed.value.kind === 'index' || parsed.value.kind === 'spot') return
      const id = instrumentIdOf(parsed.value)
      assert.equal(id.ok ? id.value : id.refusal.code, text)
    }),
    { numRuns: 2000 },
  )
})
