/** The account's own positions, as the API has them: what `source="demo"` shows. Nothing is stated, so nothing can be stated wrong. */
import type { PositionsAnswer } from '#api/contract.ts'
import type { Answer } from '../api/ask.ts'
import { checkPositions, PositionSourceError } from './source.ts'
import type { PositionSource } from './source.ts'

interface Positions {
  positions(signal?: AbortSignal): Promise<Answer<Pick<PositionsAnswer, 'positions'>>>
}

export function demoSource(client: Positions): PositionSource {
  return {
    name: 'demo',
    knownBy: 'server',
    async load(signal) {
      signal.throwIfAborted()
      const answer = await client.positions(signal)
      if (answer.kind === 'answer') return checkPositions(answer.body.positions)
      throw new PositionSourceError(answer.kind === 'refused' ? `the API refused: ${answer.refusal.reason}` : 'the API did not answer')
    },
  }
}
