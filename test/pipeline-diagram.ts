/**
 * The diagram and the table in `docs/architecture.md`, made from the pipeline table, so that the picture cannot lie. A box is a stage with
 * its components in order; an arrow carries the topics one stage produces and another consumes. Topics that no component produces
 * come from the ports, topics that none consumes go out to them; what stays inside a stage is not drawn.
 * `npm run docs:pipeline` rewrites the document, `pipeline-diagram.test.ts` compares.
 */
import { readFileSync, writeFileSync } from 'node:fs'

export interface Wiring {
  readonly name: string
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
}

export const DOCUMENT = new URL('../docs/architecture.md', import.meta.url)
const BEGIN = '<!-- pipeline:begin -->'
const END = '<!-- pipeline:end -->'
const INPUT = 'ports_in'
const OUTPUT = 'ports_out'

export function pipelineSection(pipeline: readonly Wiring[]): string {
  return ['```mermaid', ...mermaid(pipeline), '```', '', ...table(pipeline)].join('\n')
}

/** The document with the section between its markers replaced. */
export function withSection(document: string, section: string): string {
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`docs/architecture.md needs the markers ${BEGIN} and ${END}, in this order`)
  return `${document.slice(0, begin + BEGIN.length)}\n\n${section}\n\n${document.slice(end)}`
}

function mermaid(pipeline: readonly Wiring[]): string[] {
  const stages = [...new Set(pipeline.map(stageOf))]
  const boxes = stages.map((stage) => {
    const parts = pipeline.filter((component) => stageOf(component) === stage).map(({ name }) => name.slice(name.indexOf('/') + 1))
    return `  ${stage}["<b>${stage}</b><br/>${parts.join('<br/>')}"]`
  })
  const arrows = [...arrowsOf(pipeline)].map(([key, topics]) => `  ${key.replace('>', ` -->|"${[...topics].join('<br/>')}"| `)}`)
  return ['flowchart LR', `  ${INPUT}(["from the ports"])`, ...boxes, `  ${OUTPUT}(["to journal, ports, API"])`, ...arrows]
}

/** `from>to` to the topics between them, in the order of the pipeline. */
function arrowsOf(pipeline: readonly Wiring[]): Map<string, Set<string>> {
  const topics = [...new Set(pipeline.flatMap(({ consumes, produces }) => [...consumes, ...produces]))]
  const arrows = new Map<string, Set<string>>()
  for (const topic of topics) {
    const makers = pipeline.filter(({ produces }) => produces.includes(topic)).map(stageOf)
    const readers = pipeline.filter(({ consumes }) => consumes.includes(topic)).map(stageOf)
    for (const from of makers.length > 0 ? makers : [INPUT]) {
      for (const to of readers.length > 0 ? readers : [OUTPUT]) {
        if (from === to) continue
        const key = `${from}>${to}`
        arrows.set(key, (arrows.get(key) ?? new Set()).add(topic))
      }
    }
  }
  return arrows
}

function table(pipeline: readonly Wiring[]): string[] {
  const list = (topics: readonly string[]): string => topics.map((topic) => `\`${topic}\``).join(', ') || '–'
  const rows = pipeline.map(({ name, consumes, produces }) => `| \`${name}\` | ${list(consumes)} | ${list(produces)} |`)
  return ['| component | consumes | produces |', '| --- | --- | --- |', ...rows]
}

function stageOf({ name }: Wiring): string {
  return name.split('/')[0] ?? name
}

if (import.meta.main) {
  const { PIPELINE } = await import('#pipeline')
  writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), pipelineSection(PIPELINE)))
}
