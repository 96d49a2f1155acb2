/**
 * The exponential for hot loops: e^x = 2^(n/64) e^r with n the nearest integer to 64 x / ln 2, r = x - n ln 2 / 64 by a two-part constant
 * (Cody and Waite 1980), 2^(j/64) from a table of doubles with what they leave out (Tang 1989), e^r by six terms. Error at most
 * 0.8 units in the last place where the result is normal. Why not Math.exp: its branches on the size of x are mispredicted for prices of
 * many strikes, which costs as much again as the arithmetic; and its bits belong to the runtime, these to us.
 * No unit. Edges: above 709.78 infinity, below -745.13 zero, NaN for NaN, denormal results correctly rounded to within one unit.
 */
const STEPS_PER_UNIT = 92.33248261893609 // 64 / ln 2
const STEP_HIGH = 0.010830424695086549 // ln 2 / 64 in 33 bits: n times it is exact
const STEP_LOW = 1.162596423439437e-12
/** Adding it and taking it away rounds to the nearest integer. */
const ROUNDER = 6755399441055744
const POWER_MIN = -1075

export function exp(x: number): number {
  // from -745.138 down the exponent would be under POWER_MIN
  if (!(x > -745.13 && x < 709.7)) return Math.exp(x)
  const n = x * STEPS_PER_UNIT + ROUNDER - ROUNDER
  const r = x - n * STEP_HIGH - n * STEP_LOW
  const steps = n | 0
  const at = (steps & 63) << 1
  const root = ROOTS[at] as number
  const rr = r * r
  const rest = r + rr * (0.5 + r * (1 / 6) + rr * (1 / 24 + r * (1 / 120)))
  return (root + ((ROOTS[at + 1] as number) + root * rest)) * (POWERS[(steps >> 6) - POWER_MIN] as number)
}

/** 2^(j/64), each followed by what its double leaves out. */
const ROOTS = new Float64Array([
  1.0, 0.0, 1.0108892860517005, -1.52e-17, 1.0218971486541166, 5.11e-17, 1.0330248790212284, 7.6e-18, 1.0442737824274138, 8.55e-17,
  1.0556451783605572, 1.76e-18, 1.0671404006768237, -7.9e-17, 1.0787607977571199, -6.66e-17, 1.0905077326652577, -3.05e-17,
  1.102382583307841, 5.27e-17, 1.1143867425958924, 1.04e-16, 1.1265216186082418, 5.17e-17, 1.1387886347566916, 8.91e-17, 1.1511892299529827,
  3.25e-17, 1.1637248587775775, 3.83e-17, 1.1763969916502812, 5.55e-17, 1.189207115002721, 3.98e-17, 1.202156731452703, 6.64e-17,
  1.215247359980469, -7.71e-17, 1.22848053610687, -1.9e-17, 1.241857812073484, 4.66e-17, 1.255380757024691, -6.71e-18, 1.2690509571917332,
  2.67e-18, 1.2828700160787783, 1.71e-17, 1.2968395546510096, 2.54e-17, 1.3109612115247644, -7.18e-17, 1.3252366431597413, -2.86e-17,
  1.339667524053303, 8.93e-17, 1.3542555469368927, 7.7e-17, 1.3690024229745905, 9.59e-17, 1.383909881963832, -6.77e-17, 1.3989796725383112,
  -9.61e-17, 1.4142135623730951, -9.67e-17, 1.42961333839197, -1.2e-17, 1.4451808069770467, -3.02e-17, 1.460917794180647, -5.6e-17,
  1.4768261459394993, -3.48e-17, 1.4929077282912648, 1.42e-17, 1.5091644275934228, -1.02e-16, 1.5255981507445384, -1.1e-16,
  1.5422108254079407, 7.95e-17, 1.559004400237837, 3.78e-17, 1.5759808451078865, -1.01e-17, 1.593142151342267, -1.01e-16,
  1.6104903319492543, 2.47e-17, 1.6280274218573478, -6.71e-17, 1.645755478153965, -1.01e-16, 1.6636765803267364, 5.89e-17,
  1.681792830507429, 8.2e-17, 1.7001063537185235, -8.02e-18, 1.718619298122478, -1.85e-17, 1.7373338352737062, 3.16e-17, 1.7562521603732995,
  2.96e-17, 1.7753764925265212, 6.43e-17, 1.7947090750031072, 1.82e-17, 1.8142521755003989, -9.97e-17, 1.8340080864093424, 3.28e-17,
  1.8539791250833855, 9.76e-17, 1.8741676341103, -6.12e-17, 1.8945759815869656, 3.4e-17, 1.9152065613971474, -1.06e-16, 1.9360617934922943,
  1.03e-16, 1.9571441241754002, 8.96e-17, 1.978456026387951, 4.04e-17,
])

/** Powers of two from 2^-1075, which is zero, to 2^1023. */
const POWERS = Float64Array.from({ length: 1024 - POWER_MIN }, (_, i) => powerOfTwo(i + POWER_MIN))

function powerOfTwo(exponent: number): number {
  let power = 1
  for (let n = 0; n < exponent; n += 1) power *= 2
  for (let n = 0; n > exponent; n -= 1) power *= 0.5
  return power
}
