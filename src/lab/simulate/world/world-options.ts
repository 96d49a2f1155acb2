/** How a world may differ: a drawn run has hasty, lossy lines and talkative clients; a reference scenario states its own. */
import type { ResolvedConfig } from '#runtime/config.ts'
import type { ChannelTerms } from '#sim/network.ts'
import { SCENE, START } from './scene.ts'

const LINE = { delayMinMs: 15, delayMaxMs: 180, duplicate: 0.02, reorder: 0.02, drop: 0.005, holdMs: 700 }

type Channel = 'requests' | 'orders' | 'account' | 'market' | 'pricing'

export interface WorldOptions {
  readonly startAt: number
  readonly lines: Readonly<Record<Channel, Partial<ChannelTerms>>>
  readonly config: Pick<ResolvedConfig, 'components' | 'digest'>
  readonly isScripted: boolean
}
export const DRAWN: WorldOptions = {
  startAt: START,
  lines: { requests: LINE, orders: LINE, account: LINE, market: { ...LINE, drop: 0.01 }, pricing: { delayMinMs: 1, delayMaxMs: 12 } },
  config: SCENE,
  isScripted: false,
}
