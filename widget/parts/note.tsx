/** A refusal, a lost line, a warning: what, what would change it, and the press that does. */
import type { ReactNode } from 'react'
import type { Told } from '../model/told.ts'
import { Glyph } from './glyph.tsx'
import type { Tone } from './glyph.tsx'

interface Noted {
  readonly told: Pick<Told, 'what' | 'next'>
  readonly tone?: Tone
  readonly id?: string
  readonly children?: ReactNode
}

export function Note({ told: { what, next }, tone = 'warn', id, children }: Noted) {
  return (
    <div className={`note ${tone}`} id={id}>
      <Glyph tone={tone} />
      <div>
        <p>
          {what} {next}
        </p>
        {children}
      </div>
    </div>
  )
}
