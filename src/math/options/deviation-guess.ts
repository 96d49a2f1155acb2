/**
 * First guess of the total deviation s for a price share p and x = |ln(F/K)|, within 0.6 % for x up to 30 and 6 % at the largest x,
 * which two or three steps of fourth order turn into the last bit (deviation.ts). The shape is Jaeckel's (2013): the curve s(p) has its
 * inflection at s_c = sqrt(2x); tangents there meet p = 0 and p = 1 at s_l and s_u = s_l + sqrt(2 pi); between s_l and s_u a rational cubic
 * (Delbourgo and Gregory 1985) through values and slopes; outside, the inverse of what the price tends to, 2 pi x/(3 sqrt 3) N(-z)^3 with
 * z = x/(s sqrt 3) below and 2 e^(x/2) N(-s/2) above, corrected by its known error at s_l and s_u.
 * What depends on x alone (s_l, p_l, slopes, corrections) is smooth in u = sqrt x and taken from rational fits good to 1e-3 for
 * u <= 38, the largest u two doubles can make: a guess needs no more, and no exponential is spent on it.
 */
import { SQRT_TWO_PI } from './black-share.ts'

const LN_LOWER_SCALE = 0.18996 // ln(2 pi / (3 sqrt 3))
const SQRT_THREE = 1.7320508075688772
const LN_TWO = 0.6931471805599453

/** s_l / x: where the tangent at the inflection meets p = 0. */
export function lowerDeviation(x: number, u: number): number {
  return (x * (1.25331497 + u * (1.11867543 + u * 0.320080771))) / (1 + u * (1.64487082 + u * (0.992333386 + u * 0.226310259)))
}

export function lowerShare(x: number, u: number): number {
  return (x * (0.15124981 + u * 0.111404475)) / (1 + u * (2.55522985 + u * (2.42079391 + u * 1.06203341)))
}

export function upperShare(u: number): number {
  return (0.789847763 + u * (0.773533294 + u * 0.880893614)) / (1 + u * (0.975655494 + u * 0.984269366))
}

/** Below p_l, from ln p: the share itself may be too small for a double. */
export function guessLow(x: number, u: number, logShare: number, shareLow: number): number {
  const top = -1.31577609 + u * (-1.1166377 + u * (-0.0345743853 + u * (0.0310867716 + u * (0.105439397 + u * 0.0127067766))))
  const atLow = top / (1 + u * (1.34472486 + u * (0.517763542 + u * 0.0507787468)))
  const correction = atLow / (1 + (0.29 / (1 + 0.05 * x)) * (Math.log(shareLow) - logShare))
  const logTail = (logShare - 0.5 * x + correction - Math.log(x) - LN_LOWER_SCALE) / 3
  return x / (SQRT_THREE * tailQuantile(logTail))
}

/** Between p_l and p_u. */
export function guessMiddle(x: number, u: number, share: number, shareLow: number): number {
  const low = lowerDeviation(x, u)
  const centre = 1.4142135623730951 * u
  const shareCentre = (centre - low) / SQRT_TWO_PI
  if (share < shareCentre) {
    const slope = (3.44632134 + u * (5.36872726 + u * 3.41567504)) / (1 + u * (1.08168207 + u * 0.621777299))
    const chord = (centre - low) / (shareCentre - shareLow)
    const shape = (SQRT_TWO_PI - slope) / (SQRT_TWO_PI - chord)
    return rationalCubic(share, shareLow, shareCentre, low, centre, slope, SQRT_TWO_PI, shape)
  }
  const slope =
    (5.4979592 + u * (16.0402713 + u * (9.25441401 + u * 9.59427999))) / (1 + u * (2.92123792 + u * (1.3488458 + u * 1.7452064)))
  const shareHigh = upperShare(u)
  const high = low + SQRT_TWO_PI
  const chord = (high - centre) / (shareHigh - shareCentre)
  const shape = (slope - SQRT_TWO_PI) / (chord - SQRT_TWO_PI)
  return rationalCubic(share, shareCentre, shareHigh, centre, high, SQRT_TWO_PI, slope, shape)
}

/** Above p_u, from ln(1 - p). */
export function guessHigh(x: number, u: number, logComplement: number): number {
  const atHigh = (x * (4.1493e-5 + u * (-0.00191257298 + u * 0.0593873897))) / (1 + u * (0.50648002 + u * 0.235784774))
  const logAtHigh = -(1.55996324 + u * (1.61997048 + u * 1.64262122)) / (1 + u * (1.03080635 + u * 0.728908296))
  const correction = atHigh / (1 + (0.62 / (1 + 0.2 * x)) * (logAtHigh - logComplement))
  return 2 * tailQuantile(logComplement - 0.5 * x - LN_TWO + correction)
}

/** z > 0 with ln N(-z) = logTail <= -0.9, within 1e-3. */
function tailQuantile(logTail: number): number {
  const r = Math.sqrt(-2 * logTail)
  return (-2.50435353 + r * (0.147434372 + r * (1.44465018 + r * 0.202782106))) / (1 + r * (1.4511793 + r * 0.202737418))
}

function rationalCubic(
  at: number,
  left: number,
  right: number,
  valueLeft: number,
  valueRight: number,
  slopeLeft: number,
  slopeRight: number,
  shape: number,
): number {
  const width = right - left
  const q = (at - left) / width
  const p = 1 - q
  const inner = p * (shape * valueLeft + width * slopeLeft) + q * (shape * valueRight - width * slopeRight)
  return (valueLeft * p * p * p + valueRight * q * q * q + p * q * inner) / (1 + (shape - 3) * p * q)
}
