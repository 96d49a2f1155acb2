/**
 * What a panel is: a file in this folder that shows one part of the picture, and one line in the list of its page (`pages/<page>.ts`), which says
 * where it stands by its order. The page gives it a heading, a place and the live picture, and a panel asks for anything else through `live/ask.ts`.
 * Zones of the overview, in reading order: `glance` (is the account safe), `chart`, `next` (what could happen), `holdings` (what stands),
 * `decisions` (what was done and why), `health` (can the numbers be trusted). On every other page panels stand in the order of the list,
 * `whole` over the full width, `half` two beside each other where there is room.
 */
import type { ReactNode } from 'react'
import type { Live } from '../live/feed.ts'

export type OverviewZone = 'glance' | 'chart' | 'next' | 'holdings' | 'decisions' | 'health'
interface PanelIn<Zone extends string> {
  readonly id: string
  readonly title: string
  readonly zone: Zone
  readonly Body: (live: Live) => ReactNode
}
export type OverviewPanel = PanelIn<OverviewZone>
export type FlowPanel = PanelIn<'whole' | 'half'>
export type Panel = OverviewPanel | FlowPanel
