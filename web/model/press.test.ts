/** What the first screen says of buttons: none where none is needed, the one that lifts where something stands. */
import { test } from 'node:test'
import { deepEqual, match } from 'node:assert/strict'
import { nothingToLift, toPress } from './press.ts'

const check = (name: string, ok: boolean, detail: string) => ({ name, ok, detail })

test('[UI-01] a safe account needs nothing pressed; a doubtful one may be halted', () => {
  const quiet = { readiness: [check('breakers', true, 'none tripped'), check('inputs', true, 'none')] }
  deepEqual(toPress(quiet, 'ok'), { says: 'Nothing needs to be pressed.', isButton: false })
  match(toPress(quiet, 'warn').says, /^Nothing needs to be pressed now\./)
  for (const tone of ['bad', 'unknown'] as const) match(toPress(quiet, tone).says, /^A halt stops new risk/)
  deepEqual(toPress({ readiness: [] }, 'ok').isButton, false)
})

test('[UI-01] what is halted or reduced is what waits to be lifted, however safe the account is', () => {
  match(toPress({ readiness: [check('breakers', true, 'halt operator')] }, 'ok').says, /^New risk is stopped/)
  const both = [check('breakers', true, 'reduce_only poisoned-input'), check('inputs', false, '1 input failed')]
  match(toPress({ readiness: both }, 'ok').says, /^An input failed/)
})

test('[SE-01] a press that lifts is offered while there is something for it to lift', () => {
  const operator = [{ source: 'operator' }]
  deepEqual(
    [operator, [{ source: 'order-rate' }], [], [{ source: 'host-guard' }], undefined].map(
      (brakes) => nothingToLift('clear-halt', brakes) === undefined,
    ),
    [true, true, false, false, true],
  )
  deepEqual(
    [nothingToLift('clear-poison', operator), nothingToLift('clear-poison', [{ source: 'poisoned-input' }]), nothingToLift('halt', [])],
    ['No failed input stands.', undefined, undefined],
  )
})
