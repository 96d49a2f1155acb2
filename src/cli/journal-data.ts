/** The recorded data a backtest's journal names instead of repeating, as a command is told where to find it. */
import { refused } from './failure.ts'

export interface DataFlags {
  readonly chains?: string
  readonly bars?: string
  readonly data?: string
}

export async function expansionOf(folder: string, { data, chains = data, bars }: DataFlags) {
  if (chains !== undefined && bars !== undefined) throw refused('--bars', bars, 'either chains or bars')
  const path = chains ?? bars
  if (path === undefined) return undefined
  const { noteExpander } = await import('#lab/backtest/expand-note.ts')
  return noteExpander(folder, { kind: bars === undefined ? 'chains' : 'bars', path })
}
