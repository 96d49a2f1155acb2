/** The diagram in `docs/architecture.md` is that of `src/pipeline.ts`, and the generator draws what a small table says. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DOCUMENT, pipelineSection, withSection } from './pipeline-diagram.ts'

const SMALL = [
  { name: 'admission/quotes', consumes: ['raw_quotes'], produces: ['quotes'] },
  { name: 'analysis/mark', consumes: ['quotes', 'fills'], produces: ['marks'] },
  { name: 'analysis/regime', consumes: ['marks'], produces: ['regime'] },
  { name: 'execution/orders', consumes: ['marks', 'quotes'], produces: ['fills'] },
]

test('docs/architecture.md shows the pipeline as it is (else: npm run docs:pipeline)', async () => {
  const { PIPELINE } = await import('#pipeline')
  assert.ok(PIPELINE.length > 0)
  const document = readFileSync(DOCUMENT, 'utf8')
  assert.equal(document, withSection(document, pipelineSection(PIPELINE)))
})

test('boxes per stage, arrows per pair of stages, ports at both ends', () => {
  assert.equal(
    pipelineSection(SMALL),
    [
      '```mermaid',
      'flowchart LR',
      '  ports_in(["from the ports"])',
      '  admission["<b>admission</b><br/>quotes"]',
      '  analysis["<b>analysis</b><br/>mark<br/>regime"]',
      '  execution["<b>execution</b><br/>orders"]',
      '  ports_out(["to journal, ports, API"])',
      '  ports_in -->|"raw_quotes"| admission',
      '  admission -->|"quotes"| analysis',
      '  admission -->|"quotes"| execution',
      '  execution -->|"fills"| analysis',
      '  analysis -->|"marks"| execution',
      '  analysis -->|"regime"| ports_out',
      '```',
      '',
      '| component | consumes | produces |',
      '| --- | --- | --- |',
      '| `admission/quotes` | `raw_quotes` | `quotes` |',
      '| `analysis/mark` | `quotes`, `fills` | `marks` |',
      '| `analysis/regime` | `marks` | `regime` |',
      '| `execution/orders` | `marks`, `quotes` | `fills` |',
    ].join('\n'),
  )
})

test('only what stands between the markers is rewritten, and writing twice changes nothing', () => {
  const document = 'before\n<!-- pipeline:begin -->\nold\n<!-- pipeline:end -->\nafter\n'
  const once = withSection(document, 'new')
  assert.equal(once, 'before\n<!-- pipeline:begin -->\n\nnew\n\n<!-- pipeline:end -->\nafter\n')
  assert.equal(withSection(once, 'new'), once)
  assert.throws(() => withSection('no markers', 'new'), /needs the markers/)
})
