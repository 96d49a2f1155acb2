/** Draws what comes after the form. Its code is fetched once the widget stands, so that it is there before it is wanted; where that failed it is tried again. */
import { useCallback, useEffect, useState } from 'react'
import type { Buying, BuyingInputs } from './buying.tsx'
import { MISSING } from './modals.tsx'
import { Note } from './note.tsx'

type Drawn = { readonly Buying: typeof Buying }

export function Steps(inputs: BuyingInputs) {
  const [drawn, setDrawn] = useState<Drawn | 'missing'>()
  const fetchIt = useCallback(() => {
    import('./buying.tsx').then(setDrawn, () => setDrawn('missing'))
  }, [])
  useEffect(fetchIt, [fetchIt])
  const { step, back } = inputs.flow
  const isWanted = step.kind !== 'overview'
  useEffect(() => {
    if (isWanted && drawn === 'missing') fetchIt()
  }, [isWanted, drawn, fetchIt])
  if (drawn !== undefined && drawn !== 'missing') return <drawn.Buying {...inputs} />
  if (!isWanted) return null
  if (drawn === undefined) return <p className="soft">One moment…</p>
  return (
    <Note tone="bad" told={MISSING}>
      <button type="button" className="second" onClick={back}>
        Back
      </button>
    </Note>
  )
}
