/** The configuration in force, every value with where it came from; searched as one types. What is not the default comes first. */
import { useMemo, useState } from 'react'
import { configAnswer } from '#api/contract.ts'
import { useAnswer } from '../live/ask.ts'
import { Answered } from '../parts/state.tsx'
import table from '../parts/table.module.css'
import type { FlowPanel } from './panel.ts'
import styles from './configuration.module.css'

export const configurationPanel: FlowPanel = {
  id: 'configuration',
  title: 'Configuration in force',
  zone: 'whole',
  Body: Configuration,
}

const EVERY_MS = 30_000
const SHOWN = 20
const DEFAULT = 'default'

function Configuration() {
  const answer = useAnswer('/config', configAnswer, { everyMs: EVERY_MS })
  return (
    <Answered answer={answer} minRows={12}>
      {({ values, digest }) => <Values values={values} digest={digest} />}
    </Answered>
  )
}

interface Value {
  readonly path: string
  readonly value: string | number | boolean | null
  readonly source: string
}

function Values({ values, digest }: { readonly values: readonly Value[]; readonly digest: string }) {
  const [wanted, setWanted] = useState('')
  const [isWhole, setWhole] = useState(false)
  const found = useMemo(() => matching(values, wanted), [values, wanted])
  const shown = isWhole ? found : found.slice(0, SHOWN)
  return (
    <>
      <p className={styles['search']}>
        <label>
          Search in names, values and sources <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </label>
        <output>
          {found.length} of {values.length}
        </output>
      </p>
      <div className={table['wide']}>
        <table className={`${table['table']} ${table['stacks']}`}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
              <th scope="col" className={table['text']}>
                Source
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ path, value, source }) => (
              <tr key={path}>
                <th scope="row">{path}</th>
                <td className={styles['value']} data-label="Value">
                  {String(value).replace(/^"(.*)"$/, '$1')}
                </td>
                <td className={table['text']} data-label="Source">
                  {source}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length > shown.length ? (
        <button type="button" className={styles['more']} onClick={() => setWhole(true)}>
          Show {found.length - shown.length} more
        </button>
      ) : null}
      <p className={table['soft']}>Digest {digest}. Secrets are not part of it.</p>
    </>
  )
}

/** Every word must be found somewhere; what somebody set stands before what is the default. */
function matching(values: readonly Value[], wanted: string): readonly Value[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  return values
    .filter(({ path, value, source }) => {
      const text = `${path} ${String(value)} ${source}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .toSorted((a, b) => Number(a.source === DEFAULT) - Number(b.source === DEFAULT))
}
