/** The page's start: styles, then one React root. What is shown comes from the live feed (`live/feed.ts`) and from questions (`live/ask.ts`). */
import './styles/tokens.css'
import './styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClientProvider } from '@tanstack/react-query'
import { CONSOLE_PAGES } from '#api/contract-console.ts'
import { questions } from './live/ask.ts'
import { Page } from './page.tsx'
import { PAGES } from './pages/registry.ts'

// the page that the address names is on its way before anything is drawn
const first = CONSOLE_PAGES.find(({ path }) => path === location.pathname)
if (first !== undefined) void PAGES[first.id].want()
const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={questions}>
        <Page />
      </QueryClientProvider>
    </StrictMode>,
  )
}
