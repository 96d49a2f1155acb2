/** The functions under every price (Mills ratio and its drop, exponential, log-moneyness) against values of 60 digits, at joints and ends. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { exp } from './exp.ts'
import { logMoneyness } from './log-moneyness.ts'
import { lastFarMills, mills, millsDrop } from './mills.ts'

const UNIT = 2 ** -52

const MILLS: readonly (readonly [number, number])[] = [
  [-0.5, 1.9640174953579939],
  [-0.4921875, 1.9486228014653766],
  [-0.25, 1.548372621547658],
  [0, 1.2533141373155003],
  [1e-9, 1.2533141363155003],
  [0.015625, 1.2378408674743555],
  [0.03125, 1.2226660820269792],
  [0.5, 0.8763644564536923],
  [1, 0.6556795424187984],
  [2.718281828459045, 0.3308430341065835],
  [5.656854249492381, 0.17170335704604522],
  [7.999999, 0.12313197820222803],
  [8, 0.1231319632579323],
  [8.000001, 0.12313194831364016],
  [12, 0.08276628650136918],
  [40, 0.02498440420572057],
  [1e5, 9.999999999e-6],
  [1e154, 1e-154],
]

test('Mills ratio to one unit in the last place, across the joint at 8', () => {
  for (const [y, expected] of MILLS) assert.ok(Math.abs(mills(y) - expected) <= UNIT * expected, `m(${y}): ${mills(y)} against ${expected}`)
  assert.ok(Number.isNaN(mills(Number.NaN)))
})

const DROPS: readonly (readonly [number, number, number])[] = [
  [0, 0.001, 0.0020000006666668],
  [0, 0.003999, 0.007998042634811029],
  [0, 0.004, 0.0080000426668032],
  [0, 0.25, 0.5105480456939314],
  [0.3, 0.01, 0.01398936269968508],
  [1, 0.02, 0.013773824438921934],
  [1.5, 0.004, 0.0018102163510303865],
  [3, 0.5, 0.08769734236156991],
  [7.9, 0.003, 9.18509733635495e-5],
  [7.99, 0.05, 0.0014980664231957796],
  [8, 0.02, 0.000597775137996487],
  [12, 0.001, 1.3609124057343608e-5],
  [20, 0.5, 0.002483005724469701],
  [0.2, 0.7, 1.2722838294866452],
  [35, 3, 0.004921968420990071],
]

test('its drop between near points to 1e-15 of the distance, where two calls would cancel, and the far value with it', () => {
  for (const [a, t, expected] of DROPS) {
    const got = millsDrop(a, t)
    assert.ok(Math.abs(got - expected) <= 6e-16 * Math.max(2 * t, expected), `m(${a} - ${t}) - m(${a} + ${t}): ${got} against ${expected}`)
    assert.ok(Math.abs((lastFarMills[0] ?? 0) - mills(a + t)) <= UNIT * mills(a + t))
  }
})

const EXPONENTIALS: readonly (readonly [number, number])[] = [
  [-745.2, 0],
  [-745.199, 0],
  [-745.15, 0],
  [-745.138, 0],
  [-745.13, 5e-324],
  [-745, 5e-324],
  [-720.5, 1.2326102893e-313],
  [-700.25, 7.678723813110872e-305],
  [-100.1, 3.3660639410403144e-44],
  [-1.5, 0.22313016014842982],
  [-0.3465735902799727, 0.7071067811865475],
  [-0.0054, 0.9946145537913912],
  [-1e-17, 1],
  [0, 1],
  [1e-300, 1],
  [0.0054, 1.0054146062794678],
  [0.35, 1.4190675485932571],
  [1, 2.718281828459045],
  [20.7, 977002725.8269073],
  [300.3, 2.6220013776845454e130],
  [709.5, 1.3549863193146328e308],
]

test('exponential to one unit in the last place, denormal results included, and where it ends', () => {
  for (const [x, expected] of EXPONENTIALS) {
    assert.ok(Math.abs(exp(x) - expected) <= UNIT * expected + 5e-324, `e^${x}: ${exp(x)} against ${expected}`)
  }
  assert.equal(exp(-746), 0)
  assert.equal(exp(-Infinity), 0)
  assert.equal(exp(710), Infinity)
  assert.ok(Number.isNaN(exp(Number.NaN)))
})

const LOGARITHMS: readonly (readonly [number, number, number])[] = [
  [65000, 65000, 0],
  [65000.01, 65000, 1.538461420431781e-7],
  [64999.99, 65000, -1.538461657118172e-7],
  [100, 99, 0.010050335853501442],
  [99, 100, -0.010050335853501442],
  [65625, 65000, 0.009569451016150707],
  [50, 100, -0.6931471805599453],
  [50.5, 100, -0.6831968497067772],
  [399.9, 100, 1.3860443298646812],
  [400, 100, 1.3862943611198906],
  [1e300, 1e-300, 1381.5510557964274],
  [5e-324, 1e308, -1453.6362805635474],
  [1, 3, -1.0986122886681098],
  [1.0000000000000002, 1, 2.220446049250313e-16],
]

test('ln(F/K) to two units in the last place, however near the money', () => {
  for (const [forward, strike, expected] of LOGARITHMS) {
    const got = logMoneyness(forward, strike)
    assert.ok(Math.abs(got - expected) <= 2 * UNIT * Math.abs(expected), `ln(${forward}/${strike}): ${got} against ${expected}`)
  }
})
