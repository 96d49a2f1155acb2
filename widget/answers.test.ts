/** The answers the tests use are answers the contract allows: a change of the contract that the widget would not stand shows here first. */
import { test } from 'node:test'
import { activationAnswer, activeCoverage, positionsAnswer, priceAnswer, quoteAnswer } from '#api/contract.ts'
import { mtmAnswer } from '#api/contract-proof.ts'
import { cachedQuote as cachedQuoteSchema } from '#api/contract-quotes.ts'
import { termsAnswer } from '#api/contract-terms.ts'
import { ACTIVATED, cachedQuote, COVER, firmQuote, MARK, PASS_THROUGH, POSITIONS, PRICE, TERMS } from './answers.fixture.ts'

test('[UI-01] every answer of the fixtures fits the contract', () => {
  termsAnswer.parse(TERMS)
  quoteAnswer.parse(firmQuote())
  quoteAnswer.parse(firmQuote({ status: 'pass_through', passThrough: PASS_THROUGH }))
  cachedQuoteSchema.parse(cachedQuote())
  activeCoverage.parse(COVER)
  activationAnswer.parse(ACTIVATED)
  mtmAnswer.shape.positions.parse([MARK])
  positionsAnswer.parse(POSITIONS)
  priceAnswer.parse(PRICE)
})
