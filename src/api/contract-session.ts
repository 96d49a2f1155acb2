/**
 * Roles and the session of the console (SE-01). Each role may do what those before it may. A session is opened with a token, kept in a cookie
 * that no script reads, and ends with its time, with sign-out or with the process.
 */
import { z } from 'zod'

/** From the least to the most. */
export const ROLES = ['viewer', 'trader', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]
export const zRole = z.enum(ROLES)

/**
 * The least role of each action on the platform itself. Doing less is never dangerous, so whoever trades may halt; lifting a halt opens risk
 * again and is the operator's; lifting what a failed input left, and a reset, are the administrator's.
 */
export const LEAST_ROLE = { halt: 'trader', 'clear-halt': 'operator', 'clear-poison': 'admin', reset: 'admin' } as const satisfies Readonly<
  Record<string, Role>
>
export type OperatorAction = keyof typeof LEAST_ROLE

export function reaches(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least)
}

export const sessionRequest = z.strictObject({
  token: z.string().min(1).max(512).describe('A token the operator of this platform gave you.'),
})
export const sessionAnswer = z.object({
  status: z.literal('ok'),
  /** False: no token is configured, so nobody can sign in and every action is refused. */
  isEnabled: z.boolean(),
  signedIn: z.boolean(),
  name: z.string().nullable(),
  role: zRole.nullable(),
  /** Wall-clock time, not market time. */
  endsAtIso: z.iso.datetime().nullable(),
  /** What may be done, and from which role on. */
  actions: z.array(z.object({ action: z.string(), least: zRole, allowed: z.boolean() })),
  asOfSeq: z.number().int(),
})
export type SessionAnswer = z.output<typeof sessionAnswer>
