/** The contract of what a client is charged (P-04 to P-07): the lines, the subsidy, the cap of a pass-through, the book it was priced on, the signature. */
import { z } from 'zod'
import { zDecimal } from './contract-decimal.ts'

const line = z.object({ name: z.string(), usdc: zDecimal })
const passThrough = z
  .object({
    fixedPriceUsdc: zDecimal,
    capBaseUsdc: zDecimal,
    capUpliftUsdc: zDecimal,
    capUsdc: zDecimal,
    userUsdc: zDecimal,
    subsidyUsdc: zDecimal,
    consentRequired: z.boolean().describe('An activation then needs consent.passThrough.'),
  })
  .describe('Where the price is over the fixed price: what the client pays, what the platform bears, and the cap.')
const book = z
  .object({
    askCoin: zDecimal,
    askSize: zDecimal,
    bidCoin: zDecimal.nullable(),
    observedAt: z.iso.datetime(),
    liquidityRatio: zDecimal,
    digest: z.string(),
  })
  .describe(
    'The level the price was made on. The digest is SHA-256 of the canonical JSON of venue, instrument, index, ask, askSize, bid and observedAt (epoch ms).',
  )
const pair = z.object({
  kind: z.enum(['two_strikes', 'two_expiries']),
  indicative: z.literal(true),
  legs: z.array(z.object({ instrument: z.string(), venue: z.string(), size: zDecimal, premiumUsdc: zDecimal, feeUsdc: zDecimal })),
  costUsdc: zDecimal,
  savesUsdc: zDecimal.nullable(),
  floorEquity: zDecimal,
  holdsUntilIso: z.iso.datetime(),
})
const combination = z.object({
  kind: z.literal('two_strikes'),
  legs: z.array(
    z.object({
      instrument: z.string(),
      venue: z.string(),
      strike: zDecimal,
      expiryIso: z.iso.datetime(),
      size: zDecimal,
      premiumCoin: zDecimal,
      premiumUsdc: zDecimal,
      purchaseFeeUsdc: zDecimal,
      book: book.nullable(),
    }),
  ),
  instead: z
    .object({ instrument: z.string(), feeUsdc: zDecimal, floorEquity: zDecimal, savesUsdc: zDecimal })
    .nullable()
    .describe('What one option would have cost and guaranteed; null where none can be bought.'),
})
export const quoteCharge = {
  lines: z.array(line).describe('What makes up the charge; they add up to feeUsdc to the last digit.'),
  exitLines: z.array(line).optional().describe('What leaving at settlement may cost at most; in the floor, not in the charge.'),
  feeUsdc: zDecimal.describe('What the client is charged.'),
  feeMaxUsdc: zDecimal
    .optional()
    .describe('Where the platform fixes the charge: the most it may become if prices move until the hedge is bought.'),
  premiumUsdc: zDecimal.describe('What the hedge costs at the venue, without its fee.'),
  purchaseFeeUsdc: zDecimal.optional().describe('What the venue charges for the purchase.'),
  subsidyUsdc: zDecimal.describe('The part of the hedge’s cost that the platform bears.'),
  premiumFloorUsdc: zDecimal.optional().describe('The least a client may be charged for this premium.'),
  ivRegime: z.enum(['low', 'normal', 'high', 'unknown']).nullable().optional(),
  passThrough: passThrough.nullable().optional(),
  book: book.nullable().optional(),
  combination: combination
    .optional()
    .describe('What is bought, where it is two options: strike and instrument of the answer are their mean and the first of them.'),
  alternatives: z
    .array(pair)
    .optional()
    .describe('Two options that together would cost less; asked for with `alternatives`; to buy one, ask with `combinations: "allowed"`.'),
  signature: z
    .string()
    .optional()
    .describe(
      'Ed25519 over the canonical JSON of this answer without signature and asOfSeq, base64url; key and form: quoteSigning of /integration/handshake.',
    ),
}
