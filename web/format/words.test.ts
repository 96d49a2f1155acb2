/** Every underline goes, and only the first letter is raised. */
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { sentence, words } from './words.ts'

test('[UI-04] a name without words of its own is read without its underlines, as a row when it begins one', () => {
  deepEqual(['no_ask', 'renewal_not_due', 'buy'].map(words), ['no ask', 'renewal not due', 'buy'])
  deepEqual(['purchase fee', 'markup, tier Bronze', ''].map(sentence), ['Purchase fee', 'Markup, tier Bronze', ''])
})
