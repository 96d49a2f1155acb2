/**
 * A modal in the browser's top layer: transforms, overflow and stacking of the host page cannot reach it, focus stays in it, Escape closes it, and the
 * focus goes back to where it was.
 */
import { useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { dress } from '../shadow.ts'
import css from '../styles/dialogs.css?inline'

interface Inputs {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Dialog({ title, onClose, children }: Inputs) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    const root = element?.getRootNode()
    const before = root instanceof ShadowRoot ? root.activeElement : null
    if (root instanceof ShadowRoot) dress(root, css)
    element?.showModal()
    return () => {
      element?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => event.key === 'Tab' && keepInside(event.currentTarget, event)}
    >
      <div className="head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="link" onClick={onClose}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  )
}

/** The browser lets the focus walk from a modal to its own bars; inside a page that is a step out of the widget. */
function keepInside(dialog: HTMLDialogElement, event: { readonly shiftKey: boolean; preventDefault(): void }): void {
  const stops = [...dialog.querySelectorAll<HTMLElement>('button, [href], input, select, summary, [tabindex="0"]')].filter(
    (stop) => !stop.hasAttribute('disabled') && stop.getClientRects().length > 0,
  )
  const root = dialog.getRootNode()
  const at = root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null
  const [first, last] = [stops[0], stops.at(-1)]
  if (event.shiftKey ? at !== first : at !== last) return
  event.preventDefault()
  ;(event.shiftKey ? last : first)?.focus()
}
