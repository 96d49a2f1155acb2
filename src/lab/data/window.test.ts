/** Windows: days and instants, both ends inclusive. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDataWindow } from './window.ts'

test('[B-01] days run from their first to their last millisecond; instants are themselves', () => {
  assert.deepEqual(parseDataWindow({ from: '2026-01-29', to: '2026-02-08' }), {
    ok: true,
    value: { from: Date.UTC(2026, 0, 29), to: Date.UTC(2026, 1, 9) - 1 },
  })
  assert.deepEqual(parseDataWindow({ from: '2026-01-29T04:22:27.228Z', to: '2026-01-29T04:22:27.228Z' }), {
    ok: true,
    value: { from: 1769660547228, to: 1769660547228 },
  })
})

test('[B-01] what is no window is refused with the end at fault', () => {
  const rows = [
    ['from', '2026-02-30', '2026-03-01'],
    ['from', '29.01.2026', '2026-03-01'],
    ['from', 20260129, '2026-03-01'],
    ['from', '1970-01-01', '2026-03-01'],
    ['to', '2026-01-29', undefined],
    ['to', '2026-01-29', '2026-01-28'],
    ['to', '2026-01-29', '2026-01-29T10:00:00+02:00'],
  ] as const
  for (const [field, from, to] of rows) {
    const window = parseDataWindow({ from, to })
    assert.deepEqual([window.ok, window.ok ? '' : window.refusal.field], [false, field], `${from} ${to}`)
  }
})
