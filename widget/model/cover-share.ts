/**
 * How much of each position is covered, and how much still can be. A cover that names one position counts for that one; one that names several covers
 * their side and is dealt out in their order. What can be covered is sold in steps (0.1 BTC), so a rest under a step cannot be had. Exact.
 */
import type { ActiveCoverage } from '#api/contract.ts'
import { divideUnits, formatUnits, parseUnits, roundUnits } from '#units/exact.ts'
import type { HeldPosition } from '../sources/source.ts'

export interface CoverShare {
  readonly position: HeldPosition
  /** BTC. */
  readonly covered: string
  /** What can still be covered, in steps; `0` where nothing can. */
  readonly open: string
  /** Fraction, at most 1. */
  readonly share: string
  readonly state: 'covered' | 'part' | 'none' | 'other-asset'
}
type Cover = Pick<ActiveCoverage, 'positionIds' | 'coverageLegs'>

export function coverShares(positions: readonly HeldPosition[], covers: readonly Cover[], sizeStep: string): readonly CoverShare[] {
  const step = parseUnits(sizeStep) ?? parseUnits('0.1') ?? 1n
  const left = new Map(positions.map(({ id, size }) => [id, parseUnits(size) ?? 0n]))
  const own = covers.filter(({ positionIds }) => positionIds.length === 1)
  const shared = covers.filter(({ positionIds }) => positionIds.length !== 1)
  for (const cover of [...own, ...shared]) deal(cover, positions, left)
  return positions.map((position) => {
    const size = parseUnits(position.size) ?? 0n
    const rest = left.get(position.id) ?? 0n
    const covered = size - rest
    const isBtc = position.asset === 'BTC'
    return {
      position,
      covered: formatUnits(covered),
      open: isBtc ? formatUnits(roundUnits(rest, step, 'floor')) : '0',
      share: size === 0n ? '0' : formatUnits(divideUnits(covered, size)),
      state: !isBtc ? 'other-asset' : rest === 0n ? 'covered' : covered > 0n ? 'part' : 'none',
    }
  })
}

function deal({ positionIds, coverageLegs }: Cover, positions: readonly HeldPosition[], left: Map<string, bigint>): void {
  const side = coverageLegs[0]?.optionType === 'call' ? 'short' : 'long'
  let size = parseUnits(sizeOf({ coverageLegs })) ?? 0n
  const named = positions.filter(({ id, side: held }) => held === side && (positionIds.length === 0 || positionIds.includes(id)))
  for (const { id } of named) {
    const rest = left.get(id) ?? 0n
    const taken = size < rest ? size : rest
    left.set(id, rest - taken)
    size -= taken
  }
}

/** Whether the account holds more of the asset than a cover of this size stands for. */
export function isPartOf(positions: readonly HeldPosition[] | undefined, size: string | undefined): boolean {
  const held = (positions ?? []).reduce((sum, position) => sum + (position.asset === 'BTC' ? (parseUnits(position.size) ?? 0n) : 0n), 0n)
  return held > (parseUnits(size ?? '0') ?? 0n)
}

/** All legs of a cover together, in coins. */
export function sizeOf({ coverageLegs }: Pick<Cover, 'coverageLegs'>): string {
  return formatUnits(coverageLegs.reduce((sum, leg) => sum + (parseUnits(leg.size) ?? 0n), 0n))
}

/** The price from which all of it is held: of several legs the one that begins to pay last. */
export function heldFrom({ coverageLegs }: Pick<Cover, 'coverageLegs'>): string {
  const [first, ...more] = coverageLegs
  const isPut = first?.optionType !== 'call'
  return more.reduce((held, { strike }) => {
    const isFurther = (parseUnits(strike) ?? 0n) < (parseUnits(held) ?? 0n) === isPut
    return isFurther ? strike : held
  }, first?.strike ?? '')
}

/** How much of the one position it names a cover stands for, at most all; undefined where it names several or one that is not held. */
export function shareOf(cover: Cover, positions: readonly HeldPosition[]): string | undefined {
  const [id, ...more] = cover.positionIds
  const size = parseUnits(positions.find((position) => position.id === id)?.size ?? '') ?? 0n
  if (more.length > 0 || size === 0n) return undefined
  const covered = parseUnits(sizeOf(cover)) ?? 0n
  return formatUnits(divideUnits(covered < size ? covered : size, size))
}
