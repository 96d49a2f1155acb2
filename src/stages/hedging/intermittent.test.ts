/** Intermittent selection: each rule, the shadow that only watches, the live one that decides, and the score. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUnits } from '#units/exact.ts'
import { evaluations, decisions, fills, holds, intents, longAccount, markAt, only, tick, worth } from './hedging.fixture.ts'
import { modeOf, selectStep } from './intermittent.ts'
import { loopConfig } from './loop-config.ts'

const config = loopConfig.parse({}).intermittent
const units = (text: string): bigint => parseUnits(text) ?? 0n
const step = (
  change: Partial<Record<'needed' | 'held' | 'acting' | 'waiting' | 'buffer' | 'target', string>> = {},
): Parameters<typeof selectStep>[0] => {
  const { needed = '0.5', held = '0', acting = '50', waiting = '400', buffer = '600', target = '1000' } = change
  return {
    needed: units(needed),
    held: units(held),
    acting: units(acting),
    waiting: units(waiting),
    buffer: units(buffer),
    target: units(target),
  }
}

const RULES: readonly [string, Parameters<typeof step>[0], string, string][] = [
  ['worth it', {}, 'act', 'worth_it'],
  ['nothing due', { needed: '0.5', held: '0.5' }, 'hold', 'no_action_due'],
  ['within 10 % of what is needed', { held: '0.45' }, 'hold', 'within_size_tolerance'],
  ['just outside of it', { held: '0.449' }, 'act', 'worth_it'],
  ['improvement of 9.99', { acting: '1', waiting: '10.99' }, 'hold', 'improvement_too_small'],
  ['improvement of 10', { acting: '1', waiting: '11' }, 'act', 'worth_it'],
  ['ratio under 0.5', { acting: '50', waiting: '74.99' }, 'hold', 'ratio_too_small'],
  ['ratio of 0.5', { acting: '50', waiting: '75' }, 'act', 'worth_it'],
  ['a critical buffer acts though it is not worth it', { buffer: '249.99', waiting: '0' }, 'act', 'critical_buffer'],
  ['one at the edge does not', { buffer: '250', waiting: '0' }, 'hold', 'improvement_too_small'],
  ['a critical buffer releases nothing', { buffer: '0', needed: '0', held: '0.5', waiting: '0' }, 'hold', 'improvement_too_small'],
]
for (const [name, change, choice, code] of RULES) {
  test(`[H-03] selection: ${name}`, () => {
    const found = selectStep(step(change), config)
    assert.deepEqual([found.choice, found.code], [choice, code])
  })
}

test('[H-03] the threshold off: every step beyond the size tolerance is taken', () => {
  const found = selectStep(step({ waiting: '0' }), { ...config, intermittentProfitThresholdEnabled: false })
  assert.equal(found.choice, 'act')
})

test('[H-03] modes: the rollout switch first; live needs the safety guard, shadow the analytics', () => {
  const on = { ...config, phase3RolloutEnabled: true }
  const both = { ...on, intermittentSelectionLiveEnabled: true, intermittentSelectionShadowEnabled: true }
  assert.equal(modeOf(config), 'off')
  assert.equal(modeOf(on), 'off')
  assert.equal(modeOf({ ...on, intermittentSelectionShadowEnabled: true }), 'shadow')
  assert.equal(modeOf(both), 'live')
  assert.equal(modeOf({ ...both, phase3SafetyGuardEnabled: false }), 'shadow')
  assert.equal(modeOf({ ...both, phase3RolloutEnabled: false }), 'off')
  assert.equal(modeOf({ ...on, intermittentSelectionShadowEnabled: true, intermittentAnalyticsEnabled: false }), 'off')
})

const SHADOW = { phase3RolloutEnabled: true, intermittentSelectionShadowEnabled: true }
/** Acting on 0.25 coins costs 13.75; waiting 225: worth it unless the ratio asks for more. */
const NEVER = { ...SHADOW, intermittentProfitMinImprovementRatio: '1000' }

test('[H-03] off: no evaluation at all', () => {
  assert.deepEqual(evaluations(tick(longAccount('18750'))), [])
})

test('[H-03] the shadow says hold, the loop acts all the same', () => {
  const on = longAccount('18750', { intermittent: NEVER })
  const events = tick(on)
  const [found] = evaluations(events)
  assert.deepEqual([found?.mode, found?.selected, found?.done, found?.code], ['shadow', 'hold', 'act', 'ratio_too_small'])
  assert.deepEqual([found?.hedgeNeeded, found?.hedgeHeld, found?.hedgeSelected].map(String), ['-0.25', '0', '0'])
  assert.equal(intents(events).length, 1)
  assert.equal(found?.decisionId, decisions(events)[0]?.decisionId)
})

test('[H-03] live: held back and recorded, but not under a critical buffer', () => {
  const live = { ...NEVER, intermittentSelectionLiveEnabled: true }
  const on = longAccount('18750', { intermittent: live })
  const events = tick(on)
  assert.deepEqual(intents(events), [])
  const [decision] = decisions(events)
  assert.deepEqual([decision?.action, decision?.skipped, decision?.explanation.code], ['increase', 'intermittent_hold', 'ratio_too_small'])
  assert.deepEqual(
    evaluations(events).map(({ mode, selected, done }) => [mode, selected, done]),
    [['live', 'hold', 'hold']],
  )
  worth(on, '18249.99')
  const critical = tick(on)
  assert.equal(intents(critical).length, 1)
  assert.equal(evaluations(critical)[0]?.code, 'critical_buffer')
})

test('[H-03] live never holds back the release of a hedge that hedges nothing', () => {
  const on = longAccount('18750', { intermittent: { ...NEVER, intermittentSelectionLiveEnabled: true } }, '-1.3')
  assert.equal(intents(tick(on)).length, 1)
})

test('[H-03] the shadow is scored against what live did: size x move less costs, to the cent', () => {
  const on = longAccount('18750', { intermittent: NEVER })
  const [intent] = intents(tick(on))
  assert.ok(intent !== undefined)
  holds(on, 'hedge', '-0.25')
  fills(on, intent, '0.25')
  markAt(on, '92000', 1, { bid: '91990', ask: '92010' })
  worth(on, '19100', {}, 1)
  const [up] = evaluations(tick(on, {}, 1))
  assert.ok(up !== undefined)
  // live: -0.25 x 2,000, and 0.25 coins traded at 0.05 % of 91,990 and 10 of spread; the shadow held nothing
  assert.deepEqual([up.score.liveResultUsdc, up.score.selectedResultUsdc, up.score.advantageUsdc].map(String), [
    '-513.99875',
    '0',
    '513.99875',
  ])
  assert.deepEqual([up.score.evaluations, up.score.differing, String(up.score.liveTurnover)], [2, 1, '0.25'])
  markAt(on, '80000', 2, { bid: '79990', ask: '80010' })
  worth(on, '19100', {}, 2)
  const [down] = evaluations(tick(on, {}, 2))
  // the hedge earns 0.25 x 12,000: the shadow is behind, and says so
  assert.equal(String(down?.score.advantageUsdc), '-2486.00125')
  assert.equal(only(tick(on, {}, 2), 'hedge_evaluations')[0]?.score.evaluations, 4)
})

test('[H-03] the keys follow a reload; one with problems leaves the last good ones, a new session those of its start', () => {
  const on = longAccount('18750')
  const modeNow = (): string | undefined => evaluations(tick(on))[0]?.mode
  const change = (intermittent: object, problems?: readonly object[]): void =>
    void on.feed(0, 'config_changed', {
      configDigest: 'd',
      config: { 'hedging/loop': { intermittent } },
      ...(problems === undefined ? {} : { problems }),
    } as never)
  assert.equal(modeNow(), undefined)
  change(SHADOW)
  assert.equal(modeNow(), 'shadow')
  change({}, [{ field: 'x', seen: '1', limit: '2', source: 'file' }])
  assert.equal(modeNow(), 'shadow')
  on.feed(0, 'session_started', { startedAt: 0 } as never)
  assert.equal(modeNow(), undefined)
})

test('[H-03] [H-02] hedges of net exposure are selected as well: held back live, scored in the shadow', () => {
  const exposures = [{ asset: 'BTC', side: 'long', size: '0.8' }] as const
  const shadow = evaluations(tick(longAccount('25000', { intermittent: NEVER }), { exposures }))[0]
  assert.deepEqual(
    [shadow?.selected, shadow?.done, String(shadow?.hedgeNeeded), String(shadow?.hedgeSelected)],
    ['hold', 'act', '-0.8', '0'],
  )
  const live = tick(longAccount('25000', { intermittent: { ...NEVER, intermittentSelectionLiveEnabled: true } }), { exposures })
  assert.deepEqual(
    [intents(live).length, decisions(live)[0]?.reason, decisions(live)[0]?.skipped],
    [0, 'net_exposure', 'intermittent_hold'],
  )
})
