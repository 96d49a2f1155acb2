/** A few choices beside each other, one or several pressed; how many there are of each stands small beside its word. */
import styles from './choices.module.css'

interface Props {
  readonly label: string
  readonly choices: readonly { readonly id: string; readonly word: string; readonly count?: number | undefined }[]
  readonly isChosen: (id: string) => boolean
  readonly onChoose: (id: string) => void
}

export function Choices({ label, choices, isChosen, onChoose }: Props) {
  return (
    <fieldset className={styles['choices']}>
      <legend className="only-read">{label}</legend>
      {choices.map(({ id, word, count }) => (
        <button key={id} type="button" aria-pressed={isChosen(id)} onClick={() => onChoose(id)}>
          {word}
          {count === undefined ? null : <span className={styles['count']}> {count}</span>}
        </button>
      ))}
    </fieldset>
  )
}
