/** What a cover is called and how it stands, in words and as a tone: the same on every panel. */
import type { CoverShown } from '#api/contract-protection.ts'
import type { Tone } from './safety.ts'

export const COVER_STATES: Readonly<Record<CoverShown['state'], { readonly word: string; readonly tone: Tone }>> = {
  pending: { word: 'being bought', tone: 'warn' },
  active: { word: 'active', tone: 'ok' },
  failed: { word: 'failed', tone: 'bad' },
  settling: { word: 'settling', tone: 'warn' },
  expired: { word: 'expired', tone: 'unknown' },
  closed: { word: 'closed', tone: 'unknown' },
}

/** Its options, joined where it is several. */
export function coverName({ legs, coverageId }: Pick<CoverShown, 'legs' | 'coverageId'>): string {
  return legs.length === 0 ? coverageId : legs.map(({ instrument }) => instrument).join(' + ')
}

export function isStanding({ state }: Pick<CoverShown, 'state'>): boolean {
  return state === 'pending' || state === 'active' || state === 'settling'
}
