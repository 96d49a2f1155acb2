/**
 * What a certificate rests on, read from the books, the covers and what the client states: everything `domain/certificate.ts` computes with, and nothing
 * it does not list.
 */
import type { CertificateInputs } from '#domain/certificate-record.ts'
import { Money, zero } from '#units/money.ts'
import { Quantity } from '#units/quantity.ts'
import { legsOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { booksOf, isBeingSold } from './certificate-state.ts'
import type { CertificateConfig, CertificateState, Quoted } from './certificate-state.ts'
import { booksRead, flowsSince } from './certified-books.ts'
import { beyondBooks } from './statements.ts'

export function inputsOf(
  state: CertificateState,
  cover: Coverage,
  from: Quoted,
  { deliveryRate, deliveryCap, takerRate, maintenanceMarginRate, optionMarginCredit, ...config }: CertificateConfig,
  at: CertificateInputs['certifiedAt'],
): CertificateInputs {
  const { rolled } = from
  const books = booksOf(state, cover.account)
  const options = new Set(legsOf(cover).map(({ instrument }) => instrument))
  const own = {
    options: new Set([...options, ...(rolled?.options ?? [])]),
    covers: new Set([cover.coverageId, ...(rolled === undefined ? [] : [rolled.coverageId])]),
  }
  const read = booksRead(books, options)
  const stated = beyondBooks(state.statements, cover.account, read.protectable.units, cover.index)
  const restated = stated.result.minus(new Money<'USDC'>(from.books.stated))
  const { index } = cover
  return {
    certifiedAt: at,
    activatedAt: cover.activatedAt ?? at,
    expiry: cover.expiry,
    side: cover.terms.side,
    size: cover.size,
    ...besideOf(state, cover),
    ...(stated.size.isZero() ? {} : { stated }),
    moving: movingOf(cover, from.books.protectable, read.protectable.units),
    index,
    legs: certifiedLegs(cover),
    premium: cover.premium,
    promise: promiseOf(cover),
    books: read,
    since: {
      basis: from.basis,
      ...flowsSince(books, from.books, index, own),
      ...(restated.isZero() ? {} : { stated: restated }),
    },
    rates: { deliveryRate, deliveryCap, takerRate, maintenanceMarginRate, optionMarginCredit },
    grid: {
      spotMultipleMax: config.spotMultipleMax,
      ivShifts: [...config.ivShifts],
      renewWindowMs: config.renewWindowMs,
      gapMoveMax: config.gapMoveMax,
    },
  }
}

function promiseOf(cover: Coverage): CertificateInputs['promise'] {
  const { floorEquity, floorPrice, drawdownLimit, exitCostMax, floorHoldsUpTo, strike, legs } = cover
  return {
    floorEquity,
    floorPrice,
    drawdownLimit,
    exitCostMax: exitCostMax ?? zero(),
    owed: owedFor(cover),
    ...(floorHoldsUpTo === undefined ? {} : { floorHoldsUpTo }),
    ...(legs === undefined ? {} : { strike }),
  }
}

function certifiedLegs(cover: Coverage): CertificateInputs['legs'] {
  const { optionType } = cover
  return legsOf(cover).map(({ venue, instrument, strike, filled }) => ({ venue, instrument, optionType, strike, quantity: filled }))
}

function owedFor({ due }: Coverage): Money<'USDC'> {
  return due?.isPositive() === true ? due : zero()
}

/** A cover and the one that follows it stand for one part of the position: of the two, one counts. */
function besideOf({ standing }: CertificateState, own: Coverage): Pick<CertificateInputs, 'beside'> {
  const others = [...standing.values()].filter((cover) => {
    const { account, coverageId, previousCoverageId } = cover
    if (account !== own.account || coverageId === own.coverageId || coverageId === own.previousCoverageId || isBeingSold(cover))
      return false
    return previousCoverageId === undefined || !standing.has(previousCoverageId)
  })
  if (others.length === 0) return {}
  const beside = others.map((cover) => ({
    coverageId: cover.coverageId,
    side: cover.terms.side,
    size: cover.size,
    expiry: cover.expiry,
    owed: owedFor(cover),
    legs: certifiedLegs(cover),
  }))
  return { beside }
}

/** A position the books did not hold when it was covered is held elsewhere, and counts whole; else what is left of it. */
function movingOf({ size, terms }: Coverage, before: bigint, now: bigint): Quantity<'BTC'> {
  const dir = terms.side === 'long' ? 1n : -1n
  if (before * dir < size.units) return size
  const left = now * dir
  return left >= size.units ? size : new Quantity<'BTC'>(left > 0n ? left : 0n)
}
