/** What narrows the list of decisions: outcome, kind, gate, words, time. Counts are of all that was read, whatever the filter. */
import type { DecisionsAnswer } from '#api/contract-decisions.ts'
import { useSearch } from '../live/use-search.ts'
import { Choices } from '../parts/choices.tsx'
import field from '../parts/field.module.css'
import { MoreFields, TextField, TimeField } from '../parts/filter-fields.tsx'
import { words } from './decision-row.tsx'
import styles from './decisions.module.css'

type Tally = NonNullable<DecisionsAnswer['tally']>

const OUTCOMES = [
  { id: 'done', word: 'Done' },
  { id: 'refused', word: 'Refused' },
  { id: 'skipped', word: 'Skipped' },
  { id: 'alarm', word: 'Alarm' },
]
const NOTHING = { outcome: '', kind: '', gate: '', text: '', from: '', to: '' }

export function DecisionFilter({ tally }: { readonly tally: Tally | undefined }) {
  const { get, set } = useSearch()
  const chosen = get('outcome')
  return (
    <search className={styles['filter']}>
      <Choices
        label="Outcome"
        choices={[{ id: '', word: 'All', count: tally?.total }, ...OUTCOMES.map((one) => ({ ...one, count: tally?.outcomes[one.id] }))]}
        isChosen={(id) => id === chosen}
        onChoose={(id) => set({ outcome: id })}
      />
      <MoreFields names={['kind', 'gate', 'text', 'from', 'to']} nothing={NOTHING}>
        <Select label="Kind" name="kind" counts={tally?.kinds} />
        <Select label="Gate" name="gate" counts={tally?.gates} />
        <TextField label="Words" name="text" />
        <TimeField label="From" name="from" />
        <TimeField label="To" name="to" />
      </MoreFields>
    </search>
  )
}

interface SelectProps {
  readonly label: string
  readonly name: string
  readonly counts: Readonly<Record<string, number>> | undefined
}

function Select({ label, name, counts = {} }: SelectProps) {
  const { get, set } = useSearch()
  const value = get(name)
  const names = Object.keys(counts).toSorted()
  return (
    <label className={field['field']}>
      <span>{label}</span>
      <select value={value} onChange={({ target }) => set({ [name]: target.value })}>
        <option value="">All</option>
        {value === '' || names.includes(value) ? null : <option value={value}>{words(value)}</option>}
        {names.map((each) => (
          <option key={each} value={each}>
            {words(each)} ({counts[each]})
          </option>
        ))}
      </select>
    </label>
  )
}
