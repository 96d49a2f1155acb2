/**
 * The rules of the house as functions from facts to offences, each `file:line what is wrong, and what to do`. Data in `layers.ts`.
 * Tests (`x.test.ts`, what they share in `x.fixture.ts` or `fixtures/`) may import anything but another stage: no mocks, so a test of the engine
 * takes the real store. Size and length rules count code, not tests.
 */
import { posix } from 'node:path'
import {
  APPROVAL,
  CONTRACT_SEES,
  CORE_PACKAGES,
  DEFAULT_EXPORT_ALLOWED,
  FIRST_SHARED_ROW,
  RAW_TOPIC_READERS,
  WEB_SEES,
  layerOf,
  type Layer,
} from './layers.ts'
import type { ImportFact, SourceFacts } from './parse-source.ts'

export type Rule = (facts: SourceFacts) => readonly string[]

const HEADER_MIN = 30
const BAD_NAMES = /^(utils?|helpers?|misc|common|index)$/

export const isTest = (file: string): boolean => file.startsWith('test/') || /\.(test|fixture)\.tsx?$|\/fixtures\//.test(file)

/** A file of ours as a path from the root, or undefined for a package or a Node module. */
export function targetOf(file: string, from: string, aliases: Readonly<Record<string, string>>): string | undefined {
  if (from.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), from))
  if (!from.startsWith('#')) return undefined
  const exact = aliases[from]
  if (exact !== undefined) return posix.normalize(exact)
  for (const [alias, path] of Object.entries(aliases)) {
    if (alias.endsWith('*') && from.startsWith(alias.slice(0, -1))) return posix.normalize(path.replace('*', from.slice(alias.length - 1)))
  }
  return `(unknown name ${from})`
}

export function layerRule(aliases: Readonly<Record<string, string>>): Rule {
  return (facts) => {
    const own = layerOf(facts.file)
    if (own === undefined) return [`${facts.file}:1 stands in no folder of test/layers.ts`]
    return facts.imports.flatMap((fact) => {
      const target = targetOf(facts.file, fact.from, aliases)
      const wrong = target === undefined ? packageOffence(facts, own, fact) : fileOffence(facts, own, fact, target)
      return wrong === undefined ? [] : [`${facts.file}:${fact.line} ${wrong}`]
    })
  }
}

function packageOffence(facts: SourceFacts, own: Layer, { from }: ImportFact): string | undefined {
  if (isTest(facts.file) || own.compiled === 'node') return undefined
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
  if (own.compiled === 'core')
    return CORE_PACKAGES.includes(name) ? undefined : `core code imports ${from}; the core knows ${CORE_PACKAGES.join(', ')} alone`
  const isBuildFile = DEFAULT_EXPORT_ALLOWED.some((allowed) => allowed.test(facts.file))
  return from.startsWith('node:') && !isBuildFile ? `browser code imports ${from}` : undefined
}

function fileOffence(facts: SourceFacts, own: Layer & { readonly unit: string }, { from }: ImportFact, target: string): string | undefined {
  const other = layerOf(target)
  if (other === undefined) return `imports ${from}, which is in no folder of test/layers.ts`
  if (other.unit === own.unit)
    return isTest(target) && !isTest(facts.file) ? `imports ${target}, which belongs to the tests` : contractOffence(facts, target)
  if (from.startsWith('.') && !facts.file.startsWith('test/')) return `imports ${from} across folders; import it by its # name`
  if (isTest(facts.file)) return testOffence(own, other, target)
  if (isTest(target)) return `imports ${target}, which belongs to the tests`
  if (own.compiled === 'web')
    return WEB_SEES.some((seen) => seen.test(target)) ? undefined : `browser code imports ${target}; it sees api/contract and units alone`
  const contract = contractOffence(facts, target)
  if (contract !== undefined) return contract
  if (other.row >= own.row) return `imports ${target} (row ${other.row}) from row ${own.row}; import only from lower rows`
  const isListed = own.sees === undefined || other.row < FIRST_SHARED_ROW || own.sees.includes(other.path)
  return isListed ? undefined : `imports ${target}, which ${own.unit} may not see; it sees ${own.sees?.join(', ')}`
}

function testOffence(own: Layer, other: Layer, target: string): string | undefined {
  const areStages = own.path === 'src/stages/*' && other.path === own.path
  return areStages ? `imports ${target}; tests of a stage meet other stages in topics as well` : undefined
}

function contractOffence(facts: SourceFacts, target: string): string | undefined {
  const isContract = WEB_SEES[0]?.test(facts.file) === true && !isTest(facts.file)
  if (!isContract || CONTRACT_SEES.some((seen) => seen.test(target))) return undefined
  return `the contract goes into the browser, so it may not import ${target}`
}

/** Imports that name no file are how barrels and cycles begin; `(computed)` imports hide from this test. */
export const importFormRule: Rule = ({ file, imports }) =>
  imports.flatMap(({ from, line, isReexport }) => {
    if (isReexport) return [`${file}:${line} re-exports ${from}; import it where it is defined`]
    if (from === '(computed)') return [`${file}:${line} imports a computed path; write it out`]
    const isOurs = /^[.#]/.test(from) && from !== '#pipeline' && from !== '#env'
    return isOurs && !/\.(tsx?|mjs|css|json|svg)(\?inline)?$/.test(from) ? [`${file}:${line} imports ${from} without its extension`] : []
  })

export const formRule: Rule = ({ file, marks }) =>
  marks.flatMap(({ what, line }) => {
    if (what === 'enum') return [`${file}:${line} enum; use an \`as const\` table`]
    if (what === 'default export' && !DEFAULT_EXPORT_ALLOWED.some((allowed) => allowed.test(file)))
      return [`${file}:${line} default export; name it`]
    return []
  })

export const environmentRule: Rule = ({ file, marks, imports }) => {
  if (file === 'src/env.ts' || isTest(file)) return []
  const read = marks.filter(({ what }) => what === 'process.env')
  const imported = imports.filter(({ from, names }) => /^(node:)?process$/.test(from) && names.includes('env'))
  return [...read, ...imported].map(({ line }) => `${file}:${line} reads the environment; only src/env.ts does`)
}

export const approvalRule: Rule = ({ file, marks, imports }) => {
  if (file.startsWith(`${APPROVAL.folder}/`)) return []
  const made = marks.filter(({ what }) => what === `declare ${APPROVAL.maker}` || what === `cast ${APPROVAL.type}`)
  const taken = imports.filter(({ names }) => names.includes(APPROVAL.maker))
  return [...made, ...taken].map(({ line }) => `${file}:${line} makes an ${APPROVAL.type} order; only ${APPROVAL.folder} may`)
}

export const headerRule: Rule = ({ file, header }) =>
  header.replace(/[\s*]+/g, ' ').trim().length >= HEADER_MIN ? [] : [`${file}:1 does not open with a comment that says what it is`]

export const nameRule: Rule = ({ file }) => {
  const parts = file.split('/')
  const bad = parts.filter((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part) || BAD_NAMES.test(part.split('.')[0] ?? ''))
  return bad.map((part) => `${file}:1 is named ${part}; kebab-case after what it exports, no utils, helpers, misc, common or index`)
}

export interface TopicTable {
  readonly producers: Readonly<Record<string, string>>
  readonly shared: ReadonlySet<string>
}

export function topicRule({ producers, shared }: TopicTable): Rule {
  return ({ file, components }) => {
    const stage = /^src\/stages\/([^/]+)\//.exec(file)?.[1]
    if (stage === undefined || isTest(file)) return []
    return components.flatMap(({ line, produces, consumes }) => [
      ...produces
        .filter((topic) => !shared.has(topic) && producers[topic] !== stage)
        .map((topic) => `${file}:${line} produces ${topic}, which belongs to ${producers[topic] ?? 'no folder'}`),
      ...consumes
        .filter((topic) => RAW_TOPIC_READERS.some(({ topics, readers }) => topics.test(topic) && !readers.includes(stage)))
        .map((topic) => `${file}:${line} consumes the raw topic ${topic}`),
    ])
  }
}
