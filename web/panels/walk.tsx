/**
 * From any event back to what began it, by its number: orders, audit entries and alerts elsewhere in the console lead here with `?seq=`. The way is
 * shown above the list, so that the link alone answers the question.
 */
import { useState } from 'react'
import { CauseChain } from '../parts/cause-chain.tsx'
import field from '../parts/field.module.css'
import { useSearch } from '../live/use-search.ts'
import type { FlowPanel } from './panel.ts'
import styles from './walk.module.css'

export const walkPanel: FlowPanel = { id: 'walk', title: 'From an event to its cause', zone: 'whole', Body: Walk }

const WHOLE = /^[1-9]\d{0,14}$/

function Walk() {
  const search = useSearch()
  const seq = search.get('seq')
  return (
    <>
      <Ask key={seq} asked={seq} onAsk={(wanted) => search.set({ seq: wanted })} />
      {WHOLE.test(seq) ? <CauseChain key={seq} seq={Number(seq)} /> : null}
    </>
  )
}

function Ask({ asked, onAsk }: { readonly asked: string; readonly onAsk: (seq: string) => void }) {
  const [text, setText] = useState(asked)
  return (
    <form
      className={styles['ask']}
      onSubmit={(event) => {
        event.preventDefault()
        if (WHOLE.test(text)) onAsk(text)
      }}
    >
      <label className={field['field']}>
        <span className="only-read">Event number</span>
        <input
          inputMode="numeric"
          pattern="[1-9][0-9]{0,14}"
          autoComplete="off"
          placeholder="Event number"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <button type="submit" className={field['button']} disabled={!WHOLE.test(text)}>
        Walk back
      </button>
      {asked === '' ? null : (
        <button type="button" className={field['link']} onClick={() => onAsk('')}>
          Close
        </button>
      )}
    </form>
  )
}
