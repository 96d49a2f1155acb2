/** The positions, each with how much of it is covered; an open one can be chosen. */
import type { ServerPosition } from '../api/client.ts'
import { btc, percent, plain, signed, usdc } from '../format/amount.ts'
import type { CoverShare } from '../model/cover-share.ts'
import { Glyph } from './glyph.tsx'
import type { Tone } from './glyph.tsx'
import { lastKnown } from './last-known.ts'

const STATES: Readonly<Record<CoverShare['state'], { readonly tone: Tone; readonly word: string }>> = {
  covered: { tone: 'ok', word: 'Protected' },
  part: { tone: 'warn', word: 'Partly protected' },
  none: { tone: 'bad', word: 'Not protected' },
  'other-asset': { tone: 'quiet', word: 'Only BTC can be protected' },
}

interface Listed {
  readonly shares: readonly CoverShare[]
  readonly worths: readonly ServerPosition[]
  readonly chosen: string | undefined
  readonly isOld: boolean
  readonly onChoose: (id: string) => void
}

export function PositionList({ shares, worths, chosen, isOld, onChoose }: Listed) {
  return (
    <ul className="positions" aria-label="Positions">
      {shares.map((share) => {
        const { position, state, open } = share
        const worth = worths.find(({ id }) => id === position.id)
        const isOffered = open !== '0' && chosen !== position.id
        return (
          <li key={position.id} data-position={position.id}>
            <p className="what">
              <b>
                {position.side === 'long' ? 'Long' : 'Short'} {btc(position.size).replace('BTC', position.asset)}
              </b>{' '}
              <span className="soft">{plain(position.leverage)}×</span>
            </p>
            <p className="pnl">
              <span className="soft">P/L</span> <span data-value={`pnl-${position.id}`}>{signed(worth?.pnlUsdc)}</span>
            </p>
            <p className={`state ${isOld ? 'quiet' : STATES[state].tone}`}>
              <Glyph tone={isOld ? 'quiet' : STATES[state].tone} /> {lastKnown(STATES[state].word, isOld)}
              {state === 'part' ? ` ${percent(share.share)}` : ''}
            </p>
            <p className="soft entry">entry {usdc(position.entryPrice)}</p>
            {isOffered ? (
              <button type="button" className="second" onClick={() => onChoose(position.id)}>
                Protect {btc(open)}
              </button>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
