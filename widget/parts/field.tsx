/** The form's two kinds of field. The error belongs to its field by `aria-describedby`; a choice is a group of radio buttons with a place to type another value. */
import { useId } from 'react'
import type { ReactNode } from 'react'

interface Labelled {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
}

export function TextField({
  label,
  hint,
  error,
  value,
  unit,
  onChange,
}: Labelled & { readonly value: string; readonly unit: string; readonly onChange: (value: string) => void }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="typed">
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          value={value}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-about`}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
        <span className="unit" aria-hidden="true">
          {unit}
        </span>
      </span>
      <About id={`${id}-about`} hint={hint} error={error} />
    </div>
  )
}

interface Choice extends Labelled {
  readonly value: string
  readonly options: readonly string[]
  /** How a value is written beside its button. */
  readonly say: (value: string) => string
  readonly otherLabel: string
  readonly onChange: (value: string) => void
}

export function ChoiceField({ label, hint, error, value, options, say, otherLabel, onChange }: Choice) {
  const id = useId()
  const isOther = !options.includes(value)
  return (
    <fieldset className="field" aria-describedby={`${id}-about`}>
      <legend>{label}</legend>
      <div className="chips">
        {options.map((option) => (
          <label key={option} className="chip">
            <input type="radio" name={id} value={option} checked={option === value} onChange={() => onChange(option)} />
            <span>{say(option)}</span>
          </label>
        ))}
        <label className="chip other">
          <span className="only-read">{otherLabel}</span>
          <input
            type="text"
            inputMode="decimal"
            autoComplete="off"
            placeholder="other"
            value={isOther ? value : ''}
            aria-invalid={isOther && error !== undefined}
            aria-describedby={`${id}-about`}
            onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? (options[0] ?? '') : currentTarget.value)}
          />
        </label>
      </div>
      <About id={`${id}-about`} hint={hint} error={error} />
    </fieldset>
  )
}

export function SelectField<T extends string>({
  label,
  hint,
  error,
  value,
  options,
  onChange,
}: Labelled & { readonly value: T; readonly options: readonly (readonly [T, string])[]; readonly onChange: (value: T) => void }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={`${id}-about`}
        onChange={({ currentTarget }) => {
          const chosen = options.find(([name]) => name === currentTarget.value)
          if (chosen !== undefined) onChange(chosen[0])
        }}
      >
        {options.map(([name, said]) => (
          <option key={name} value={name}>
            {said}
          </option>
        ))}
      </select>
      <About id={`${id}-about`} hint={hint} error={error} />
    </div>
  )
}

function About({ id, hint, error }: { readonly id: string; readonly hint: ReactNode; readonly error: string | undefined }) {
  return (
    <p id={id} className={error === undefined ? 'hint' : 'error'}>
      {error ?? hint}
    </p>
  )
}
