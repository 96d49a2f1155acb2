/** Law: whatever happens to the bytes of a recording, what is read is sound, and what is not read is told. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { chainCsv, putAt, T1, T2, T3 } from './fixtures/chain-csv.ts'
import { folderWith, windowOf } from './fixtures/files.ts'
import { readOptionChains } from './option-chains.ts'
import { dataCollector, DataFileError } from './refusals.ts'

const PLAIN = /^(0|[1-9]\d*)(\.\d+)?$/
const SOUND = [T1, T2, T3].flatMap((at) => [60_000, 62_000, 64_000].map((strike) => putAt(at, strike)))
const BYTES = Buffer.from(chainCsv(SOUND))

test('[F-M01] [F-M02] damaged bytes: sound numbers in time order, or a typed error; lines that are gone are counted', async (t) => {
  const name = 'deribit_options_chain_202602.csv'
  const folder = await folderWith(t, { [name]: '' })
  const damage = fc.array(fc.tuple(fc.nat(BYTES.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const bytes = Buffer.from(BYTES)
      for (const [at, byte] of changes) bytes[at] = byte
      await writeFile(join(folder, name), bytes)
      const collector = dataCollector()
      let [rows, lastAt] = [0, -Infinity]
      try {
        for await (const s of readOptionChains({ folder, window: windowOf('2026-02-01', '2026-02-28'), currency: 'BTC', collector })) {
          assert.ok(s.at > lastAt && Number.isFinite(s.maxAgeMs) && s.maxAgeMs >= 0 && (s.nextAt === undefined || s.nextAt > s.at))
          lastAt = s.at
          rows += s.rows.length
          for (const row of s.rows) {
            for (const value of [row.markCoin, row.indexPrice, row.openInterest, row.volume24h]) assert.match(value, PLAIN)
            for (const value of [row.bidCoin, row.askCoin, row.underlyingPrice])
              assert.ok(value === undefined || (PLAIN.test(value) && Number(value) > 0))
            assert.ok([row.markIv, row.delta, row.vega].every((value) => Number.isFinite(value) && !Object.is(value, -0)))
            assert.ok(Number(row.indexPrice) > 0 && row.expiry > s.at)
          }
        }
      } catch (error) {
        assert.ok(error instanceof DataFileError, String(error))
        return
      }
      // Rows passed over silently are those of another currency's symbol: at most one per damaged byte, as are lines joined or split.
      assert.ok(rows + collector.report().refused >= SOUND.length - changes.length, `${rows} read, ${collector.report().refused} refused`)
    }),
    { numRuns: 600 },
  )
})
