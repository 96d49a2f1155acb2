/**
 * What a panel is: a file in this folder that shows one part of the live picture, and one line in `registry.ts`. The page gives it a
 * heading, a place and the picture; a panel keeps nothing but what its reader opened. Zones, in reading order: `glance` (is the account
 * safe), `chart`, `holdings` (what stands), `decisions` (what was done and why), `health` (can the numbers be trusted).
 */
import type { ReactNode } from 'react'
import type { Live } from '../live/feed.ts'

export type Zone = 'glance' | 'chart' | 'holdings' | 'decisions' | 'health'
export interface Panel {
  readonly id: string
  readonly title: string
  readonly zone: Zone
  readonly Body: (live: Live) => ReactNode
}
