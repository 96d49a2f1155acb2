/**
 * A chain written by hand for the tests: two snapshots 76 hours apart, the index 70,000 and then 64,300, so that the expiry of 13 February 08:00,
 * 72 hours after the first, settles at 70,000 - 5,700 x 72 / 76 = 64,600.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { chainCsv, putAt } from '../data/fixtures/chain-csv.ts'
import type { ChainFields } from '../data/fixtures/chain-csv.ts'
import { folderWith } from '../data/fixtures/files.ts'
import type { StudyRequest } from './request.ts'

/** A key of the tests, so that none is made in the folder of whoever runs them. */
process.env['BALLAST_SEAL_KEY'] ??= '5a'.repeat(32)

export const FIRST = Date.UTC(2026, 1, 10, 8)
export const SECOND = Date.UTC(2026, 1, 13, 12)

/** At 0.01 coin: 700 USDC at an index of 70,000. */
export function tenPut(strike: number, change: Partial<ChainFields> = {}): ChainFields {
  return putAt(FIRST, strike, { bid_price: '0.0095', ask_price: '0.01', mark_price: '0.0098', ...change })
}

export function callOf(put: ChainFields, change: Partial<ChainFields> = {}): ChainFields {
  const delta = String(1 + Number(put.delta))
  return { ...put, instrument_name: put.instrument_name.replace(/P$/, 'C'), option_type: 'call', delta, ...change }
}

const ATM = tenPut(70_000, { bid_price: '0.0295', ask_price: '0.0305', mark_price: '0.03', mark_iv: '0.44' })
export const FIRST_ROWS: readonly ChainFields[] = [
  ATM,
  callOf(ATM, { mark_iv: '0.46' }),
  tenPut(66_500),
  tenPut(63_000, { bid_price: '0.0029', ask_price: '0.0031', mark_price: '0.003' }),
  tenPut(56_000, { bid_price: '0.0001', ask_price: '0.0003', mark_price: '0.0002', open_interest: '10', volume_24h: '0' }),
]
const LATER = putAt(SECOND, 64_000, {
  instrument_name: 'BTC-27FEB26-64000-P',
  expiry: String(Date.UTC(2026, 1, 27, 8)),
  underlying_name: 'BTC-27FEB26',
  underlying_price: '64310',
  index_price: '64300',
})

export function handChains(t: TestContext, rows: readonly ChainFields[] = FIRST_ROWS): Promise<string> {
  return folderWith(t, { 'deribit_options_chain_202602.csv': chainCsv([...rows, LATER]) })
}

export function requestOf(chains: string, changes: Partial<StudyRequest> = {}): StudyRequest {
  return {
    chains,
    everyMs: 0,
    tenors: [2],
    floors: ['0.05'],
    sides: ['long'],
    size: '1',
    leverage: 5,
    cashShare: '0.5',
    tierName: 'Bronze',
    heldEvery: 1,
    layers: [],
    ...changes,
  }
}

export function newFolder(name: string): string {
  return join(tmpdir(), `ballast-study-${process.pid}-${name}`)
}
