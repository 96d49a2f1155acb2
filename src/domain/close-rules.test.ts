/** When a cover may be ended: each input, the limit at a hair, and what a caller cannot talk away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money, usdc } from '#units/money.ts'
import { checkClose, closeBlockedPayload } from './close-rules.ts'
import type { BookedDrawdown, StatedDrawdown } from './close-rules.ts'

const STATED: StatedDrawdown = {
  initialBalanceUsdc: usdc('20000'),
  drawdownLimitUsdc: usdc('12000'),
  positionPnlUsdc: usdc('-9000'),
  hedgeMtmUsdc: usdc('1000'),
}
const BOOKED: BookedDrawdown = { cash: usdc('20000'), positionPnl: usdc('-9000'), hedgeMtm: usdc('1000'), drawdownLimit: usdc('12000') }
const HAIR = money<'USDC'>('0.000000000000000001')

test('[P-14] a buffer of exactly zero lets the cover end; a hair above blocks; below passes', () => {
  const at = checkClose(STATED, undefined)
  assert.ok(at.ok)
  assert.deepEqual([at.value.equityUsdc.toString(), at.value.drawdownBufferUsdc.toString(), at.value.decidedBy], ['12000', '0', 'client'])
  const over = checkClose({ ...STATED, positionPnlUsdc: usdc('-9000').plus(HAIR) }, undefined)
  assert.ok(!over.ok)
  assert.deepEqual(over.refusal, {
    code: 'drawdown_buffer_positive',
    field: 'drawdownBufferUsdc',
    seen: '0.000000000000000001',
    limit: '0',
    flip: { field: 'drawdownLimitUsdc', to: '12000.000000000000000001' },
  })
  const under = checkClose({ ...STATED, hedgeMtmUsdc: usdc('999.99') }, undefined)
  assert.equal(under.ok && under.value.drawdownBufferUsdc.toString(), '-0.01')
})

test('[P-14] each input that nobody gives is named', () => {
  for (const field of ['drawdownLimitUsdc', 'initialBalanceUsdc', 'positionPnlUsdc', 'hedgeMtmUsdc'] as const) {
    const result = checkClose({ ...STATED, [field]: undefined }, undefined)
    assert.ok(!result.ok)
    assert.deepEqual([result.refusal.code, result.refusal.field, result.refusal.seen], ['missing_drawdown_inputs', field, 'missing'])
  }
  assert.equal(checkClose({ ...STATED, positionPnlUsdc: undefined, hedgeMtmUsdc: undefined }, BOOKED).ok, true)
  const limit = checkClose({ ...STATED, drawdownLimitUsdc: undefined }, BOOKED)
  assert.equal(!limit.ok && limit.refusal.code, 'missing_drawdown_inputs') // the books' limit does not stand in for the statement
})

test('[P-14] what a caller states cannot talk a cover away that the books still need', () => {
  const loss = { ...STATED, positionPnlUsdc: usdc('-19000') }
  const books = { ...BOOKED, positionPnl: usdc('0') }
  const result = checkClose(loss, books)
  assert.ok(!result.ok)
  assert.deepEqual(
    [result.refusal.code, result.refusal.seen, result.refusal.flip],
    ['drawdown_buffer_positive', '9000', { field: 'equityUsdc', to: '12000' }],
  )
  assert.equal(checkClose(loss, { ...books, positionPnl: usdc('-9000') }).ok, true)
})

test('[API-03] the flip applied passes the gate, whoever decided', () => {
  for (const [stated, booked] of [
    [{ ...STATED, positionPnlUsdc: usdc('-100.5') }, undefined],
    [{ ...STATED, hedgeMtmUsdc: usdc('4321.987654321') }, BOOKED],
  ] as const) {
    const result = checkClose(stated, booked)
    assert.ok(!result.ok && result.refusal.flip?.field === 'drawdownLimitUsdc')
    assert.equal(checkClose({ ...stated, drawdownLimitUsdc: usdc(String(result.refusal.flip.to)) }, booked).ok, true)
  }
})

test('[OP-01] the payload of close_blocked names cover, reason and buffer', () => {
  const result = checkClose({ ...STATED, positionPnlUsdc: usdc('0') }, undefined)
  assert.ok(!result.ok)
  const order = { accountId: 'demo', coverageId: 'cover-9', instrument: 'BTC-6FEB26-80000-P' }
  assert.deepEqual(closeBlockedPayload(order, result.refusal), {
    ...order,
    reason: 'drawdown_buffer_positive',
    field: 'drawdownBufferUsdc',
    seen: '9000',
    limit: '0',
  })
})
