/** A broken rule is a bug, not a refusal: it throws, the engine marks the input as poisoned and stops opening risk. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure'
}

export function assert(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new AssertionFailure(rule)
}

/** For a value that the surrounding code has proven to be there (a map key just written, an index below the length). */
export function present<T>(value: T | undefined | null, rule: string): T {
  if (value === undefined || value === null) throw new AssertionFailure(rule)
  return value
}
