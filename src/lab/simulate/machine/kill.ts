/**
 * Ends of a process. `Killed` unwinds whatever was running, as kill -9 does; nothing may catch it but the world. Boundaries are the
 * instants at which a kill is worth trying; an armed one strikes at its n-th pass.
 */
export const BOUNDARIES = [
  'before-write',
  'after-write',
  'after-sync',
  'after-send',
  'after-ack',
  'backlog',
  'snapshot-open',
  'snapshot-write',
  'snapshot-sync',
  'snapshot-rename',
  'snapshot-sync-folder',
  'snapshot-prune',
] as const
export type Boundary = (typeof BOUNDARIES)[number]

export class Killed extends Error {
  override readonly name = 'Killed'
  readonly boundary: Boundary

  constructor(boundary: Boundary) {
    super(`killed ${boundary}`)
    this.boundary = boundary
  }
}

interface Armed {
  readonly boundary: Boundary
  passes: number
  readonly strike: () => void
}

export class Boundaries {
  #armed: Armed[] = []
  /** Sees every pass; what it throws ends the process there. */
  onPass: ((boundary: Boundary) => void) | undefined

  /** `strike` runs at the boundary; by default the process is killed there. */
  arm(
    boundary: Boundary,
    passes: number,
    strike: () => void = () => {
      throw new Killed(boundary)
    },
  ): void {
    this.#armed.push({ boundary, passes, strike })
  }

  pass(boundary: Boundary): void {
    this.onPass?.(boundary)
    for (const armed of this.#armed) {
      if (armed.boundary !== boundary || armed.passes-- > 0) continue
      this.#armed = this.#armed.filter((other) => other !== armed)
      armed.strike()
    }
  }

  disarm(): void {
    this.#armed = []
  }
}
