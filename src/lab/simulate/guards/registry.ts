/** Every guard whose removal the simulation must notice. */
import { present } from '#base/assert.ts'
import { ACCOUNT_GUARDS } from './account-guards.ts'
import type { Guard } from './guard.ts'
import { MEDIUM_GUARDS } from './medium-guards.ts'
import { ORDER_GUARDS } from './order-guards.ts'
import { INTACT } from './sabotage.ts'
import type { Sabotage } from './sabotage.ts'

export const GUARDS: readonly Guard[] = [...MEDIUM_GUARDS, ...ORDER_GUARDS, ...ACCOUNT_GUARDS]

export function withoutGuard({ sabotage }: Guard): Sabotage {
  return { ...INTACT, ...sabotage }
}

export function guardNamed(name: string): Guard {
  return present(
    GUARDS.find((guard) => guard.name === name),
    `a guard of the registry, not ${name}`,
  )
}
