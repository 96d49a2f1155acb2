/**
 * Where the positions come from (UI-03). A source says what is held; it knows nothing of protection. `statement` means the host page says so and the
 * widget repeats it to the API (`POST /portfolio/ingest`); `server` means the API knows already. Whatever a source gives is checked here, because a
 * position that is read wrong is a cover of the wrong size: decimals are text, sizes above 0, leverage at least 1, ids unique.
 */
import { parseUnits } from '#units/exact.ts'

export interface HeldPosition {
  readonly id: string
  readonly asset: string
  readonly side: 'long' | 'short'
  readonly entryPrice: string
  readonly size: string
  readonly leverage: string
}
export interface PositionSource {
  readonly name: string
  readonly knownBy: 'server' | 'statement'
  /** What is held now. Rejects with `PositionSourceError` where that cannot be said, with the signal's reason where it was aborted. */
  load(signal: AbortSignal): Promise<readonly HeldPosition[]>
  /** Calls back after each change until the function it gave is called. Absent: the widget asks every 15 s. */
  subscribe?(changed: () => void): () => void
}

export class PositionSourceError extends Error {
  override readonly name = 'PositionSourceError'
}

const POSITIONS_MAX = 100
const ID = /^[\x21-\x7e]{1,120}$/
const ONE = parseUnits('1') ?? 0n

/** The positions as the API takes them, or an error that names the position and the field. */
export function checkPositions(value: unknown): readonly HeldPosition[] {
  if (!Array.isArray(value)) throw new PositionSourceError('positions: expected a list')
  if (value.length > POSITIONS_MAX) throw new PositionSourceError(`positions: ${value.length}; at most ${POSITIONS_MAX} are taken`)
  const checked = value.map((position, index) => checkPosition(position, index))
  const seen = new Set<string>()
  for (const { id } of checked) {
    if (seen.has(id)) throw new PositionSourceError(`id ${id}: twice; each position needs its own`)
    seen.add(id)
  }
  return Object.freeze(checked)
}

function checkPosition(value: unknown, index: number): HeldPosition {
  if (typeof value !== 'object' || value === null) throw new PositionSourceError(`positions.${index}: expected an object`)
  const { id, asset, side, entryPrice, size, leverage } = value as Readonly<Record<string, unknown>>
  const wrong = (field: string, wanted: string): PositionSourceError =>
    new PositionSourceError(`positions.${index}.${field}: expected ${wanted}`)
  if (typeof id !== 'string' || !ID.test(id)) throw wrong('id', '1 to 120 printable characters without spaces')
  if (typeof asset !== 'string' || asset === '') throw wrong('asset', 'a name such as BTC')
  if (side !== 'long' && side !== 'short') throw wrong('side', 'long or short')
  const decimal = (field: string, text: unknown, least: bigint, wanted: string): string => {
    const units = typeof text === 'string' ? parseUnits(text) : undefined
    if (units === undefined || units < least) throw wrong(field, `${wanted}, as a decimal text`)
    return text as string
  }
  return Object.freeze({
    id,
    asset,
    side,
    entryPrice: decimal('entryPrice', entryPrice, 1n, 'an amount above 0'),
    size: decimal('size', size, 1n, 'a size above 0'),
    leverage: decimal('leverage', leverage, ONE, 'a number of at least 1'),
  })
}

/** Whether two lists say the same, whatever their order. */
export function isSame(a: readonly HeldPosition[], b: readonly HeldPosition[]): boolean {
  const text = (positions: readonly HeldPosition[]): string =>
    positions
      .map(({ id, asset, side, entryPrice, size, leverage }) =>
        [id, asset, side, ...[entryPrice, size, leverage].map((amount) => parseUnits(amount))].join('|'),
      )
      .sort()
      .join('\n')
  return text(a) === text(b)
}
