/**
 * Configurations of a study. Quotes: that of the backtest, which is the platform's own with the ages a recording needs. Accounts that are held: the
 * same, but the order that closes a position at settlement may lie 9 % from the last mark, since the recording's is hours old then; the closing
 * slippage it would bound is no part of what is measured (docs/decisions/0011).
 */
import type { ResolvedConfig } from '#runtime/config.ts'
import { backtestConfig } from '../backtest/backtest-config.ts'
import type { StudyRequest } from './request.ts'

/** Under the band around the mark that risk lets an order lie in. */
export const CLOSING_SLIPPAGE = 0.09

export function studyConfig({ tierName, layers }: Pick<StudyRequest, 'tierName' | 'layers'>): ResolvedConfig {
  return backtestConfig({ tierName, layers })
}

export function holdingConfig({ tierName, layers }: Pick<StudyRequest, 'tierName' | 'layers'>): ResolvedConfig {
  const preset = { source: 'study', values: { components: { 'protection/position': { slippageMax: CLOSING_SLIPPAGE } } } }
  return backtestConfig({ tierName, layers: [preset, ...layers] })
}
