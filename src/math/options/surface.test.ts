/** Surfaces from chains: smiles found again, expiries left out with the place and the reason, reading between and beyond them. */
import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { buildSurface, checkSurface, SURFACE_RULES } from './surface.ts'
import type { Surface } from './surface.ts'
import { forwardAt, ivAt, ivAtMoneyness, reachAt } from './surface-reading.ts'
import type { ExpiryQuotes, SmileSlice } from './smile-slice.ts'
import { expiryOf, FORWARD as F, SMILE, touchesOf } from './smile.fixture.ts'
import { sabrVol } from './sabr.ts'
import { volAt } from './smile-arbitrage.ts'

const CHAIN: readonly ExpiryQuotes[] = [expiryOf(30), expiryOf(7), expiryOf(90, { forward: 92_000 })]
const reasons = ({ faults }: Surface) =>
  faults.map(({ expiry, refusal }) => [Math.round((expiry - 1_770_000_000_000) / 86_400_000), refusal.code])
function vol(reading: ReturnType<typeof ivAtMoneyness>): number {
  assert.ok(reading.ok, JSON.stringify(reading))
  return reading.value.vol
}

test('[AN-03] a chain made from smiles gives these smiles back, by time', () => {
  const { slices, faults, quoteFaults } = buildSurface(CHAIN)
  assert.deepEqual(
    slices.map(({ years }) => Math.round(years * 365)),
    [7, 30, 90],
  )
  assert.deepEqual([faults, quoteFaults], [[], []])
  for (const { sabr, rmse, forward, years, atmVol, insideShare, skew } of slices) {
    assert.ok(Math.abs(sabr.nu - SMILE.nu) < 5e-3 && Math.abs(sabr.rho - SMILE.rho) < 5e-3 && rmse < 1e-4, JSON.stringify({ sabr, rmse }))
    assert.ok(Math.abs(atmVol - sabrVol({ forward, strike: forward, years }, SMILE)) < 1e-4)
    assert.equal(insideShare, 1)
    assert.ok((skew?.riskReversal25 ?? 1) < 0 && (skew?.butterfly25 ?? -1) > 0)
  }
  assert.ok(checkSurface(slices).ok)
})

const steep = { alpha: 0.6, beta: 1, nu: 2.6, rho: -0.6 } as const
function expiryWith(days: number, touches: ExpiryQuotes['touches']): ExpiryQuotes {
  return { ...expiryOf(days), touches }
}
const LEFT_OUT: readonly (readonly [name: string, quotes: ExpiryQuotes, code: string])[] = [
  [
    'an expiry whose quotes give no forward',
    expiryWith(
      14,
      touchesOf(14 / 365, { underlying: false }).filter(({ isCall }) => isCall),
    ),
    'no_forward',
  ],
  ['four strikes', expiryWith(14, touchesOf(14 / 365).slice(12, 20)), 'too_few_strikes'],
  ['strikes on one side of the money', expiryWith(14, touchesOf(14 / 365).slice(0, 14)), 'money_not_quoted'],
  [
    'quotes that are no smile',
    expiryWith(
      14,
      touchesOf(14 / 365).map((touch, i) => zigzag(touch, i)),
    ),
    'poor_fit',
  ],
  ['a smile with a free butterfly', expiryWith(900, touchesOf(900 / 365, { sabr: steep })), 'negative_density'],
]
function zigzag(touch: ExpiryQuotes['touches'][number], i: number) {
  const factor = Math.floor(i / 2) % 2 === 0 ? 0.8 : 1.25
  return { ...touch, bid: (touch.bid ?? 0) * factor, ask: (touch.ask ?? 0) * factor }
}
for (const [name, quotes, code] of LEFT_OUT) {
  test(`[AN-03] left out and named, the others stand: ${name}`, () => {
    const surface = buildSurface([...CHAIN, quotes])
    assert.deepEqual(
      surface.faults.map(({ expiry, refusal }) => [expiry, refusal.code]),
      [[quotes.expiry, code]],
    )
    assert.equal(surface.slices.length, 3)
  })
}

test('[AN-03] a crossed calendar is refused and says where; the worse fit of the pair goes', () => {
  const cheap = expiryOf(60, { sabr: { ...SMILE, alpha: 0.35 } })
  const noisy: ExpiryQuotes = {
    ...cheap,
    touches: cheap.touches.map((touch, i) => ({ ...touch, ask: (touch.ask ?? 0) * (1 + 0.01 * (i % 3)) })),
  }
  const surface = buildSurface([...CHAIN, noisy])
  assert.deepEqual(reasons(surface), [[60, 'calendar_arbitrage']])
  assert.match(surface.faults[0]?.refusal.field ?? '', /^variance at \d+$/)
  const { seen, limit } = surface.faults[0]?.refusal ?? { seen: 0, limit: 0 }
  assert.ok(Number(seen) > Number(limit), 'near variance stands over the far one')
  const lone = (quotes: ExpiryQuotes) => buildSurface([quotes]).slices[0] as SmileSlice
  const checked = checkSurface([lone(expiryOf(30)), lone(cheap)])
  assert.equal(checked.ok ? 'passed' : checked.refusal.code, 'calendar_arbitrage')
})

test('[AN-03] what the spread leaves open may be tolerated, by a stated number of vol points', () => {
  const slightly = expiryOf(31, { sabr: { ...SMILE, alpha: SMILE.alpha * 0.98 } })
  assert.equal(buildSurface([expiryOf(30), slightly]).faults.length, 1)
  assert.equal(buildSurface([expiryOf(30), slightly], { ...SURFACE_RULES, calendarTolerance: 0.01 }).faults.length, 0)
})

test('[AN-03] a surface with a free butterfly is refused whole by who asks for all or nothing', () => {
  const [first] = buildSurface(CHAIN).slices
  assert.ok(first !== undefined)
  const broken: SmileSlice = { ...first, years: 900 / 365, sabr: steep, quotedLow: -2.5, quotedHigh: 1 }
  const checked = checkSurface([first, broken])
  assert.deepEqual(checked.ok ? [] : [checked.refusal.code, checked.refusal.field], ['negative_density', 'strike'])
})

test('[AN-03] on an expiry the smile itself is read, between two the variance is linear in time', () => {
  const { slices } = buildSurface(CHAIN)
  const [week, month] = slices as [SmileSlice, SmileSlice]
  assert.ok(Math.abs(vol(ivAt(slices, { strike: 85_000, years: week.years })) - volAt(week, Math.log(85_000 / week.forward))) < 1e-14)
  const years = (week.years + month.years) / 2
  const middle = (volAt(week, -0.05) ** 2 * week.years + volAt(month, -0.05) ** 2 * month.years) / 2
  assert.ok(Math.abs(vol(ivAtMoneyness(slices, { years, logMoneyness: -0.05 })) - Math.sqrt(middle / years)) < 1e-14)
})

test('[AN-03] variance never falls along a strike of equal moneyness', () => {
  const { slices } = buildSurface(CHAIN)
  for (const logMoneyness of [-0.1, 0, 0.08]) {
    let before = 0
    for (let days = 1; days <= 90; days++) {
      const read = vol(ivAtMoneyness(slices, { years: days / 365, logMoneyness }))
      assert.ok(read * read * days >= before)
      before = read * read * days
    }
  }
})

test('[AN-03] what nobody quoted is marked or refused, never made up', () => {
  const { slices } = buildSurface(CHAIN)
  const [week] = slices as [SmileSlice]
  const marked = (years: number, logMoneyness: number) => {
    const reading = ivAtMoneyness(slices, { years, logMoneyness })
    return reading.ok ? reading.value.extrapolated : reading.refusal.code
  }
  assert.equal(marked(7 / 365, 0), false)
  assert.equal(marked(1 / 365, 0), true, 'before the first expiry')
  assert.equal(marked(7 / 365, (week.quotedLow + week.low) / 2), true, 'beyond the quoted strikes')
  assert.equal(marked(7 / 365, week.low - 1e-9), 'beyond_strikes')
  assert.equal(marked(91 / 365, 0), 'beyond_last_expiry')
  assert.equal(marked(0, 0), 'invalid_point')
  const empty = ivAt([], { strike: 1, years: 1 })
  assert.equal(empty.ok ? '' : empty.refusal.code, 'no_surface')
  const absurd = ivAt(slices, { strike: Number.NaN, years: 7 / 365 })
  assert.equal(absurd.ok ? '' : absurd.refusal.code, 'invalid_point')
})

test('[AN-03] a refusal flipped is an answer', () => {
  const { slices } = buildSurface(CHAIN)
  const far = ivAtMoneyness(slices, { years: 1, logMoneyness: 0 })
  assert.ok(!far.ok && far.refusal.flip?.field === 'years')
  assert.ok(ivAtMoneyness(slices, { years: Number(far.refusal.flip.to), logMoneyness: 0 }).ok)
  for (const logMoneyness of [-5, 5]) {
    const wide = ivAtMoneyness(slices, { years: 20 / 365, logMoneyness })
    assert.ok(!wide.ok && wide.refusal.flip?.field === 'logMoneyness')
    assert.ok(ivAtMoneyness(slices, { years: 20 / 365, logMoneyness: Number(wide.refusal.flip.to) }).ok)
  }
  const reach = reachAt(slices, 20 / 365)
  assert.ok(reach.ok && reach.value.low < 0 && reach.value.high > 0)
})

test('[AN-03] the vol at the ask lies over the middle by half the spread', () => {
  const { slices } = buildSurface(CHAIN)
  for (const strike of [80_000, 90_000, 97_000]) {
    const [mid, ask] = [false, true].map((side) => vol(ivAt(slices, { strike, years: 7 / 365, ask: side }))) as [number, number]
    assert.ok(Math.abs(ask - mid - 0.01) < 2e-4, `${ask} over ${mid}`)
  }
})

test('[AN-03] the forward between expiries is log-linear', () => {
  const { slices } = buildSurface(CHAIN)
  const between = forwardAt(slices, 60 / 365)
  assert.ok(between.ok && Math.abs(between.value - Math.sqrt(F * 92_000)) < 1e-6)
})
