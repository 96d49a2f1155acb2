/** Every feed with its age beside the age up to which it counts, links to venues, and what admission turned away. Ages are market time. */
import { systemAnswer, type SystemAnswer } from '#api/contract-system.ts'
import { useAnswer } from '../live/ask.ts'
import { decimal } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Answered } from '../parts/state.tsx'
import table from '../parts/table.module.css'
import type { FlowPanel } from './panel.ts'

export const feedsPanel: FlowPanel = { id: 'feeds', title: 'Feeds, ages in market time', zone: 'half', Body: Feeds }

export const SYSTEM_EVERY_MS = 2_000
const KINDS: Readonly<Record<SystemAnswer['feeds'][number]['kind'], string>> = {
  index: 'Index',
  perpetual: 'Mark and book',
  options: 'Options',
  surface: 'Volatility surface',
  funding: 'Funding rate',
}

function Feeds() {
  const answer = useAnswer('/api/system', systemAnswer, { everyMs: SYSTEM_EVERY_MS })
  return (
    <Answered answer={answer} minRows={22} narrowRows={23}>
      {({ feeds, links, refused }) => (
        <>
          <table className={table['table']}>
            <thead>
              <tr>
                <th scope="col">Feed</th>
                <th scope="col">Age</th>
                <th scope="col">Counts up to</th>
              </tr>
            </thead>
            <tbody>
              {feeds.map(({ name, kind, ageMs, limitMs, fresh, parts }) => (
                <tr key={`${kind} ${name}`}>
                  <th scope="row">
                    <Glyph tone={fresh ? 'ok' : 'bad'} /> {KINDS[kind]}
                    <span className={table['soft']}>
                      {name}
                      {fresh ? '' : ', too old'}
                      {parts === null ? '' : `, ${parts.fresh} of ${parts.known} count`}
                    </span>
                  </th>
                  <td>{age(ageMs)}</td>
                  <td>{age(limitMs)}</td>
                </tr>
              ))}
              {links.map(({ venue, state }) => (
                <tr key={venue}>
                  <th scope="row">
                    <Glyph tone={state === 'up' ? 'ok' : 'bad'} /> Line to the venue
                    <span className={table['soft']}>{venue}</span>
                  </th>
                  <td colSpan={2}>{state}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={table['soft']}>{turnedAway(refused)}</p>
        </>
      )}
    </Answered>
  )
}

function turnedAway(refused: SystemAnswer['refused']): string {
  if (refused.length === 0) return 'No market data was turned away.'
  const named = refused.map(({ code, count }) => `${decimal(String(count), { places: 0 })} ${code.replaceAll('_', ' ')}`)
  return `Market data turned away so far: ${named.join(', ')}.`
}
