/** The input that opens a session: who runs what since when, under an epoch greater than every one before it. */
import type { Offer } from '#engine/driver.ts'
import type { Json } from '#topics/schema.ts'
import type { EpochMs } from '#units/time.ts'
import type { ResolvedConfig } from './config.ts'
import type { Digests } from './recover-engine.ts'
import type { PlatformInfo } from './platform.ts'
import type { Sealed } from './reset.ts'

interface SessionStart {
  readonly mode: PlatformInfo['mode']
  readonly config: Pick<ResolvedConfig, 'components' | 'digest'>
  readonly digests: Digests
  readonly epoch: string
  readonly startedAt: EpochMs
  /** The sealed journal this one begins after. */
  readonly follows?: Sealed | undefined
}

export function sessionStarted({ mode, config, digests, epoch, startedAt, follows }: SessionStart): Offer<'session_started'> {
  const body = {
    sessionId: `${mode}-${epoch}`,
    epoch,
    mode,
    ...digests,
    config: JSON.parse(JSON.stringify(config.components)) as Json,
    startedAt,
    ...(follows === undefined ? {} : { follows }),
  }
  return { topic: 'session_started', key: mode, source: 'host', body }
}
