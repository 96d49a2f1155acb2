/** The program itself: what it prints, what it refuses, and with which exit code. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

function simulate(...words: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

test('a red seed exits with 1 and prints invariant, events before, and the command that shows it again', () => {
  const { code, out } = simulate('--seeds', '5', '--without', 'balanced-posting')
  assert.equal(code, 1)
  assert.match(out, /seed 1 is red: I5 posting /)
  assert.match(out, /venue takes place/)
  assert.match(out, /again: npm run simulate -- --seeds 1 --from 1 --without balanced-posting/)
})

test('an unknown guard, a count that is none and an unknown flag are refused with exit code 2', () => {
  assert.deepEqual([simulate('--without', 'luck').code, simulate('--seeds', '0').code, simulate('--seed', '1').code], [2, 2, 2])
  assert.match(simulate('--seeds', 'many').err, /seeds: many — a whole number from 1/)
})

test('--help names every guard', () => {
  const { code, out } = simulate('--help')
  assert.equal(code, 0)
  assert.match(out, /persist-before-send.*determinism/s)
})
