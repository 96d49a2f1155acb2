/**
 * A rate of a perpetual as a line of its history: a JSON list padded with spaces to `ROW_BYTES`. Floats are written in the shortest form that reads back
 * as the same number, at most 24 characters each.
 */
import { join } from 'node:path'
import { epochMs, isEpochMs } from '#units/time.ts'
import type { FundingContext } from '#topics/analysis.ts'
import type { FundingPoint } from './records.ts'
import type { RowForm } from './row-file.ts'

const ROW_BYTES = 128

/** A file per instrument, in a folder of their own beside those of the accounts. */
export function fundingFolder(history: string): string {
  return join(history, 'funding')
}

/** Of the instant the rate was stated, so that one that only grew older is not kept twice. */
export function fundingPointOf(context: FundingContext): FundingPoint {
  const { observedAt, fundingRate8h, fundingIntervalMs, fundingRateInterval, fundingApr } = context
  return {
    at: observedAt,
    fundingRate8h,
    fundingIntervalMs: fundingIntervalMs ?? null,
    fundingRateInterval: fundingRateInterval ?? null,
    fundingApr,
  }
}

function write({ at, fundingRate8h, fundingIntervalMs, fundingRateInterval, fundingApr }: FundingPoint): string {
  const text = JSON.stringify([at, fundingRate8h, fundingIntervalMs, fundingRateInterval, fundingApr])
  return `${text.padEnd(ROW_BYTES - 1)}\n`
}

function read(row: string): FundingPoint | undefined {
  const fields = parsed(row)
  if (!Array.isArray(fields)) return undefined
  const [at, fundingRate8h, fundingIntervalMs, fundingRateInterval, fundingApr] = fields as readonly unknown[]
  if (!isEpochMs(at) || !Number.isFinite(fundingRate8h) || !Number.isFinite(fundingApr)) return undefined
  return {
    at: epochMs(at),
    fundingRate8h: fundingRate8h as number,
    fundingIntervalMs: typeof fundingIntervalMs === 'number' ? fundingIntervalMs : null,
    fundingRateInterval: typeof fundingRateInterval === 'number' ? fundingRateInterval : null,
    fundingApr: fundingApr as number,
  }
}

function parsed(row: string): unknown {
  try {
    return JSON.parse(row)
  } catch {
    return undefined
  }
}

export const FUNDING_ROWS: RowForm<FundingPoint> = {
  bytes: ROW_BYTES,
  lines: 1,
  write,
  read,
  numbers: ({ at, fundingRate8h }) => [at, fundingRate8h],
}
