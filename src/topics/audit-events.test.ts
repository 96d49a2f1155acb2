/** The audit events against the document: the two lists, word for word, and what an executive view may never carry. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADDED_EVENTS, AUDIT_EVENT_TABLE, DOCUMENTED_EVENTS } from './audit-events.ts'

/** Document 1, section 4.4, as printed. */
const EXECUTIVE =
  'coverage_activated coverage_renewed hedge_action hedge_order mtm_credit mtm_position demo_credit option_payout coverage_expired'.split(
    ' ',
  )
const INTERNAL =
  'put_quote pass_through_gate premium_pass_through risk_budget_update liquidity_update execution_quality renewal_decision intermittent_hedge_eval hedge_action_skipped close_blocked'.split(
    ' ',
  )
const view = (wanted: string): string[] =>
  Object.entries(DOCUMENTED_EVENTS).flatMap(([name, { view: own }]) => (own === wanted ? [name] : []))

test('[OP-01] the lists of both views are the document’s, in its order; what we add is named apart', () => {
  assert.deepEqual([view('exec'), view('internal')], [EXECUTIVE, INTERNAL])
  assert.deepEqual(Object.keys(ADDED_EVENTS), ['coverage_alarm'])
})

test('[OP-01] the documented payload fields are required', () => {
  const required = (name: keyof typeof DOCUMENTED_EVENTS): string[] => {
    const issues = DOCUMENTED_EVENTS[name].payload.safeParse({}).error?.issues ?? []
    return issues.map(({ path }) => String(path[0])).sort()
  }
  const mtm = ['coverageId', 'positionId', 'positionPnlUsdc', 'hedgeMtmUsdc', 'equityUsdc', 'drawdownBufferUsdc', 'coverageRatio']
  assert.deepEqual(required('mtm_position'), mtm.sort())
  assert.deepEqual(required('demo_credit'), ['bufferUsdc', 'coverageId', 'creditUsdc', 'positionId'])
  assert.ok(required('coverage_activated').includes('coverageLegs'))
  const leg = DOCUMENTED_EVENTS.coverage_activated.payload.shape.coverageLegs.safeParse([{}]).error?.issues.map(({ path }) => path[1])
  assert.deepEqual(leg, ['instrument', 'size', 'venue', 'optionType', 'strike'])
})

test('[OP-01] an executive payload takes no field that is not named, so none of what the platform earns', () => {
  for (const [name, { view: own, payload }] of Object.entries(DOCUMENTED_EVENTS)) {
    if (own !== 'exec') continue
    for (const field of ['markupUsdc', 'subsidyUsdc', 'platformProfitUsdc', 'marginUsdc', 'realizedPnl']) {
      const refused = payload
        .safeParse({ [field]: '1' })
        .error?.issues.some((issue) => issue.code === 'unrecognized_keys' && issue.keys.includes(field))
      assert.equal(refused, true, `${name} must not carry ${field}`)
    }
  }
  const named = JSON.stringify(Object.entries(AUDIT_EVENT_TABLE).map(([name, { payload }]) => [name, Object.keys(payload.shape)]))
  assert.doesNotMatch(named, /profit|markup/i)
})
