/**
 * A panel that breaks while it is drawn takes itself away and no other: in its place stands what went wrong and a button that draws it again. A class,
 * because React tells nothing else of such an error.
 */
import { Component, type ReactNode } from 'react'
import { Glyph } from './glyph.tsx'
import styles from './loaded.module.css'

interface Broken {
  readonly problem: string | undefined
}

export class Boundary extends Component<{ readonly children: ReactNode }, Broken> {
  override readonly state: Broken = { problem: undefined }

  static getDerivedStateFromError(error: unknown): Broken {
    return { problem: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    const { problem } = this.state
    if (problem === undefined) return this.props.children
    return (
      <div className={styles['broken']} data-state="broken">
        <p role="alert">
          <Glyph tone="bad" /> This panel could not be drawn: {problem}. The others are not touched by it.
        </p>
        <button type="button" className={styles['again']} onClick={() => this.setState({ problem: undefined })}>
          Draw it again
        </button>
      </div>
    )
  }
}
