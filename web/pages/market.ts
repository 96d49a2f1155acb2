/** The market: price and book, implied volatility in three pictures, funding. A new panel is a file in `panels/` and a line here. */
import { fundingHistoryPanel } from '../panels/funding-history.tsx'
import { fundingPanel } from '../panels/funding.tsx'
import { marketBookPanel } from '../panels/market-book.tsx'
import { marketPricePanel } from '../panels/market-price.tsx'
import type { FlowPanel } from '../panels/panel.ts'
import { smilePanel } from '../panels/smile.tsx'
import { termStructurePanel } from '../panels/term-structure.tsx'
import { volSurfacePanel } from '../panels/vol-surface.tsx'

export const PANELS: readonly FlowPanel[] = [
  marketPricePanel,
  marketBookPanel,
  smilePanel,
  volSurfacePanel,
  termStructurePanel,
  fundingPanel,
  fundingHistoryPanel,
]
