/**
 * The pages of the console: its path is the whole address of a page, so the server answers exactly these with the document and the browser
 * finds them in this same table. In the order of the navigation; the number is also the key that opens the page.
 */
export interface ConsolePage {
  readonly id: 'overview' | 'account' | 'protection' | 'market' | 'execution' | 'decisions' | 'audit' | 'system'
  readonly path: `/${string}`
  readonly title: string
}

export const CONSOLE_PAGES: readonly ConsolePage[] = [
  { id: 'overview', path: '/', title: 'Overview' },
  { id: 'account', path: '/account', title: 'Account' },
  { id: 'protection', path: '/protection', title: 'Protection' },
  { id: 'market', path: '/market', title: 'Market' },
  { id: 'execution', path: '/execution', title: 'Execution' },
  { id: 'decisions', path: '/decisions', title: 'Decisions' },
  { id: 'audit', path: '/audit', title: 'Audit' },
  { id: 'system', path: '/system', title: 'System' },
]
