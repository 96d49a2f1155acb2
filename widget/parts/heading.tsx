/** A step's heading: it takes the focus when the step begins, so that keyboard and screen reader are where the eye is. */
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'

export function Heading({ children, takesFocus }: { readonly children: ReactNode; readonly takesFocus: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (takesFocus) heading.current?.focus({ preventScroll: true })
  }, [takesFocus])
  return (
    <h3 ref={heading} tabIndex={-1}>
      {children}
    </h3>
  )
}
