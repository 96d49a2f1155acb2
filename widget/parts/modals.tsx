/** Opens a modal: loads what draws it the first time, and says so where that fails. */
import { useCallback, useState } from 'react'
import type { DialogInputs, Dialogs, Modal } from './dialogs.tsx'
import { Note } from './note.tsx'

type Drawn = { readonly Dialogs: typeof Dialogs }
export const MISSING = { what: 'This part of the page could not be loaded.', next: 'Try again, or reload the page.' }

/** What opens one, and what to draw. */
export function useModal(inputs: DialogInputs) {
  const [modal, setModal] = useState<Modal>()
  const [drawn, setDrawn] = useState<Drawn | 'missing'>()
  const open = useCallback((wanted: Modal) => {
    setModal(wanted)
    import('./dialogs.tsx').then(setDrawn, () => setDrawn('missing'))
  }, [])
  const close = useCallback(() => setModal(undefined), [])
  const isReady = modal !== undefined && drawn !== undefined
  const element = !isReady ? null : drawn === 'missing' ? (
    <Note tone="bad" told={MISSING} />
  ) : (
    <drawn.Dialogs {...inputs} modal={modal} onClose={close} />
  )
  return { open, element }
}
