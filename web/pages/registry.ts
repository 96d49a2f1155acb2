/**
 * The pages and the files that hold them: each is loaded when it is first wanted, so that the first screen waits for its own panels alone. Once a
 * page stands and the browser has nothing else to do, the one that a reader mostly opens next is fetched as well.
 */
import type { ConsolePage } from '#api/contract-console.ts'
import { OnDemand } from '../live/on-demand.ts'
import type { Panel } from '../panels/panel.ts'

type PageId = ConsolePage['id']
export type PageParts = OnDemand<{ readonly PANELS: readonly Panel[] }>

export const PAGES: Readonly<Record<PageId, PageParts>> = {
  overview: new OnDemand(() => import('./overview.ts')),
  account: new OnDemand(() => import('./account.ts')),
  protection: new OnDemand(() => import('./protection.ts')),
  market: new OnDemand(() => import('./market.ts')),
  execution: new OnDemand(() => import('./execution.ts')),
  decisions: new OnDemand(() => import('./decisions.ts')),
  audit: new OnDemand(() => import('./audit.ts')),
  system: new OnDemand(() => import('./system.ts')),
}

/** From the answer to why; from anywhere else back to the answer. */
export function likelyNext(page: PageId): PageId {
  return page === 'overview' ? 'decisions' : 'overview'
}
