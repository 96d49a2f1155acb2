/**
 * What a caller behind a gateway may see (design 9; C-50, faults S02). The signed account sees its own: another account's command, record or entry
 * is the same answer as one that does not exist. The platform as a whole (internal audit view, everybody's counters) needs the operator's
 * token beside the signature. Without a gateway the caller is the operator of this machine, and nothing is held back.
 */
import type { FastifyRequest } from 'fastify'
import { actorOf, authorise } from './authorise.ts'
import { knownAccount } from './context.ts'
import { reaches } from './contract-session.ts'
import type { Context } from './context.ts'
import { signedAccount } from './gateway.ts'

/** The one account whose objects are shown; undefined: everybody's. */
export function scopeOf(context: Context, request: FastifyRequest): string | undefined {
  const signed = signedAccount(request)
  if (signed === undefined || isOperator(context, request)) return undefined
  return knownAccount(context, signed)
}

/** The scope of a view that is the operator's: behind a gateway it needs the token. */
export function operatorScope(context: Context, request: FastifyRequest): undefined {
  if (signedAccount(request) !== undefined) authorise(request, context.sessions, 'operator')
}

/** Whether an alert is about another account, or a cover that is not this one's. What is about a venue or the platform is everybody's. */
export function isOthers({ accounts, views }: Pick<Context, 'accounts' | 'views'>, account: string, subject: string | undefined): boolean {
  if (subject === undefined || accounts.size < 2) return false
  const names = subject.split(' ')
  if (names.includes(account)) return false
  if (names.some((name) => accounts.has(name))) return true
  const covers = names.filter((name) => name.startsWith('cover-'))
  return covers.length > 0 && !views.proofs.covers(account).some(({ coverageId }) => covers.includes(coverageId))
}

function isOperator({ sessions }: Context, request: FastifyRequest): boolean {
  const actor = request.headers.authorization === undefined ? undefined : actorOf(request, sessions)
  return actor !== undefined && reaches(actor.role, 'operator')
}
