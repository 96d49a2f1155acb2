/**
 * Schemas of what topics carry: exact values travel as plain decimal strings and come back as Money, Price, Quantity or Ratio. A journal
 * line that does not parse is refused with its field, so that a damaged or foreign record never becomes an event.
 */
import { z } from 'zod'
import { parseMoney } from '#units/money.ts'
import type { Currency, Money } from '#units/money.ts'
import { parsePrice } from '#units/price.ts'
import type { BtcUsdc, CoinPremium, Price } from '#units/price.ts'
import { parseQuantity } from '#units/quantity.ts'
import type { Quantity } from '#units/quantity.ts'
import { parseRatio } from '#units/ratio.ts'
import type { Ratio } from '#units/ratio.ts'
import { isEpochMs } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { AccountId, CommandId, CoverageId, IntentId, OrderId, QuoteId } from '#domain/order.ts'
import type { InstrumentId } from '#domain/instrument.ts'

function exact<T>(name: string, parse: (text: string) => T | undefined): z.ZodType<T, unknown> {
  return z.unknown().transform((input, context) => {
    const value = typeof input === 'string' ? parse(input) : undefined
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: `expected ${name} as a plain decimal string`, input })
    return z.NEVER
  })
}

export const zPrice = exact<Price>('a positive price', parsePrice)
export const zBtcUsdc = exact<BtcUsdc>('a positive price', parsePrice<'BTC', 'USDC'>)
export const zCoinPremium = exact<CoinPremium>('a positive premium', parsePrice<'BTC', 'BTC'>)
export const zQuantity = exact<Quantity>('a quantity', parseQuantity)
export const zBtc = exact<Quantity<'BTC'>>('a quantity', parseQuantity<'BTC'>)
export const zMoney = exact<Money>('an amount', parseMoney)
export const zUsdc = exact<Money<'USDC'>>('an amount', parseMoney<'USDC'>)
export const zCoin = exact<Money<'BTC'>>('an amount', parseMoney<'BTC'>)
export const zRatio = exact<Ratio>('a ratio', parseRatio)

/** A float of a model or a venue. Negative zero is refused like NaN and infinity: JSON cannot say it, so a replay would read another number. */
export const zFloat = z.number().refine((value) => !Object.is(value, -0), 'expected no negative zero')

export const zEpochMs = z.number().refine(isEpochMs, 'expected an instant in epoch milliseconds') as unknown as z.ZodType<EpochMs, unknown>
export const zAgeMs = z.number().positive().finite()
export const zCurrency = z.enum(['USDC', 'USD', 'USDT', 'BTC']) satisfies z.ZodType<Currency>

const id = z.string().min(1).max(120)
export const zInstrumentId = id as unknown as z.ZodType<InstrumentId, unknown>
export const zAccountId = id as unknown as z.ZodType<AccountId, unknown>
export const zOrderId = id as unknown as z.ZodType<OrderId, unknown>
export const zIntentId = id as unknown as z.ZodType<IntentId, unknown>
export const zCoverageId = id as unknown as z.ZodType<CoverageId, unknown>
export const zQuoteId = id as unknown as z.ZodType<QuoteId, unknown>
export const zCommandId = id as unknown as z.ZodType<CommandId, unknown>

export const zSide = z.enum(['buy', 'sell'])
export const zBook = z.enum(['client', 'hedge', 'strategy'])
export const zScalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const zExplanation = z.object({
  gate: z.string(),
  code: z.string(),
  field: z.string(),
  seen: zScalar,
  limit: zScalar,
  flip: z.object({ field: z.string(), to: zScalar }).optional(),
  cause: z.number(),
})
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export const zJson = z.json() as unknown as z.ZodType<Json, unknown>
