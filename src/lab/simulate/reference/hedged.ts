/**
 * No hedge without a cover, no cover without its hedge, nothing bought twice: what the venue holds of options for an account is what its
 * standing covers have filled, instrument by instrument, and every cover in force is filled for its size.
 */
import type { Coverage } from '#topics/protection.ts'
import { optionsOf } from '../oracle/evidence.ts'
import type { World } from '../world/world.ts'

const STANDING: ReadonlySet<Coverage['state']> = new Set(['pending', 'active', 'settling'])

export function checkHedged({ oracle: { engine, verdict }, venue }: World, account: string): void {
  const wanted = new Map<string, bigint>()
  for (const cover of engine.covers.values()) {
    if (cover.account !== account || !STANDING.has(cover.state)) continue
    for (const { instrument, size, filled } of optionsOf(cover)) {
      wanted.set(instrument, (wanted.get(instrument) ?? 0n) + filled)
      verdict.check(
        cover.state !== 'active' || filled === size,
        'I19',
        () => `cover ${cover.coverageId} is active with ${filled}e-18 of ${size}e-18 ${instrument}`,
      )
    }
    verdict.check(cover.state !== 'pending', 'I14', () => `cover ${cover.coverageId} is still pending at rest`)
  }
  const positions = venue.balances().find((balance) => balance.account === account)?.positions ?? new Map<string, bigint>()
  const options = [...positions.keys()].filter((name) => name.endsWith('-P') || name.endsWith('-C'))
  for (const name of new Set([...wanted.keys(), ...options])) {
    const [covered, held] = [wanted.get(name) ?? 0n, positions.get(name) ?? 0n]
    verdict.check(covered === held, 'I19', () => `covers of ${name} stand for ${covered}e-18, the venue holds ${held}e-18`)
  }
}
