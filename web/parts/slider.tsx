/** A slider with its name and its value in words; the keyboard moves it a step, Page Up and Down ten. */
import styles from './slider.module.css'

interface Props {
  readonly label: string
  readonly said: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly onChange: (value: number) => void
}

export function Slider({ label, said, value, min, max, step, onChange }: Props) {
  return (
    <label className={styles['slider']}>
      <span className={styles['label']}>{label}</span>
      <span className={styles['said']} aria-hidden="true">
        {said}
      </span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={said}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </label>
  )
}
