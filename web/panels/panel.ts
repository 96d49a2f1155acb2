/**
 * What a panel is: a file in this folder that shows one part of the picture, and one line in `registry.ts`. It says on which page it stands
 * and where; the page gives it a heading, a place and the live picture, and a panel asks for anything else through `live/ask.ts`.
 * Zones of the overview, in reading order: `glance` (is the account safe), `chart`, `next` (what could happen), `holdings` (what stands),
 * `decisions` (what was done and why), `health` (can the numbers be trusted). On every other page panels stand in the order of the registry,
 * `whole` over the full width, `half` two beside each other where there is room.
 */
import type { ReactNode } from 'react'
import type { ConsolePage } from '#api/contract-console.ts'
import type { Live } from '../live/feed.ts'

export type OverviewZone = 'glance' | 'chart' | 'next' | 'holdings' | 'decisions' | 'health'
type Place =
  | { readonly page: 'overview'; readonly zone: OverviewZone }
  | { readonly page: Exclude<ConsolePage['id'], 'overview'>; readonly zone: 'whole' | 'half' }
export type Panel = Place & {
  readonly id: string
  readonly title: string
  readonly Body: (live: Live) => ReactNode
}
