/**
 * What the architecture rules need to know of one source file: its imports, its declarations, the lengths of its functions, the
 * components it defines. Parsed with the parser of the bundler (TypeScript 7 offers no compiler API); nothing is run.
 */
import { parseSync } from 'vite'

export interface ImportFact {
  readonly from: string
  readonly line: number
  readonly names: readonly string[]
  readonly isReexport: boolean
}
export interface FunctionFact {
  readonly name: string
  readonly line: number
  readonly lines: number
}
export interface ComponentFact {
  readonly line: number
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
}
export interface SourceFacts {
  readonly file: string
  readonly lines: number
  readonly header: string
  readonly imports: readonly ImportFact[]
  readonly functions: readonly FunctionFact[]
  readonly components: readonly ComponentFact[]
  /** Where each thing of interest to a rule stands: `enum`, `default export`, `process.env`, `cast Approved`, `declare approveOrder`. */
  readonly marks: readonly { readonly what: string; readonly line: number }[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export function parseSource(file: string, text: string): SourceFacts {
  const { program, errors, comments } = parseSync(file, text)
  const error = errors[0]
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`)
  const lineAt = lineFinder(text)
  const facts: Collected = { imports: [], functions: [], components: [], marks: [] }
  visit(program as unknown as Node, 'program', (node, name) => collect(node, name, lineAt, facts))
  const code = text.replace(/^#!.*\n/, '')
  const opening = comments.find(({ value }) => !text.startsWith(`#!${value}`))
  const header = opening !== undefined && /^\s*\/[/*]/.test(code) ? opening.value : ''
  return { file, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0), header, ...facts }
}

interface Collected {
  readonly imports: ImportFact[]
  readonly functions: FunctionFact[]
  readonly components: ComponentFact[]
  readonly marks: { what: string; line: number }[]
}

function collect(node: Node, name: string, lineAt: (offset: number) => number, facts: Collected): void {
  const line = lineAt(node.start)
  const mark = (what: string): void => void facts.marks.push({ what, line })
  const fact = importOf(node, line)
  if (fact !== undefined) facts.imports.push(fact)
  if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) {
    facts.functions.push({ name, line, lines: ownLines(node, lineAt) })
  }
  if (node.type === 'TSEnumDeclaration') mark('enum')
  if (node.type === 'ExportDefaultDeclaration') mark('default export')
  if (node.type === 'MemberExpression' && nameOf(node['object']) === 'process' && nameOf(node['property']) === 'env') mark('process.env')
  if (node.type === 'TSAsExpression') mark(`cast ${nameOf((node['typeAnnotation'] as Node)['typeName']) ?? ''}`)
  if (/^(FunctionDeclaration|VariableDeclarator)$/.test(node.type)) mark(`declare ${nameOf(node['id']) ?? ''}`)
  if (node.type === 'CallExpression' && nameOf(node['callee']) === 'component') facts.components.push(componentOf(node, line))
}

/** A function's lines without those of the functions named inside it: a closure with methods is measured like a class. */
function ownLines(outer: Node, lineAt: (offset: number) => number): number {
  const span = (node: Node): number => lineAt(node.end) - lineAt(node.start) + 1
  const inner = (node: Node): number =>
    childrenOf(node).reduce((sum, child) => sum + (isNamedFunction(child) ? span(child) - 1 : inner(child)), 0)
  return span(outer) - inner(outer)
}

/** A declaration, a method, or a function that is the value of a constant or a property; each leaves one line to the function around it. */
function isNamedFunction(node: Node): boolean {
  const value = (node['init'] ?? node['value']) as Node | null | undefined
  const isValue = (node.type === 'VariableDeclarator' || node.type === 'Property') && /Function/.test(value?.type ?? '')
  return node.type === 'FunctionDeclaration' || isValue
}

function importOf(node: Node, line: number): ImportFact | undefined {
  if (!/^(ImportDeclaration|ImportExpression|ExportAllDeclaration|ExportNamedDeclaration|TSImportType)$/.test(node.type)) return undefined
  const source = node['source'] as Node | null
  if (source === null) return undefined
  const names = ((node['specifiers'] as Node[] | undefined) ?? []).flatMap(
    (specifier) => nameOf(specifier['imported'] ?? specifier['local']) ?? [],
  )
  const from = typeof source['value'] === 'string' ? source['value'] : '(computed)'
  return { from, line, names, isReexport: node.type.startsWith('Export') }
}

function componentOf(call: Node, line: number): ComponentFact {
  const spec = (call['arguments'] as Node[])[0]
  const properties = spec?.type === 'ObjectExpression' ? (spec['properties'] as Node[]) : []
  const listed = (key: string): string[] => {
    const value = properties.find((property) => nameOf(property['key']) === key)?.['value'] as Node | undefined
    const elements = value?.type === 'ArrayExpression' ? (value['elements'] as Node[]) : []
    return elements.flatMap((element) => (typeof element['value'] === 'string' ? element['value'] : []))
  }
  return { line, consumes: listed('consumes'), produces: listed('produces') }
}

function nameOf(node: unknown): string | undefined {
  const name = (node as { readonly name?: unknown } | undefined)?.name
  return typeof name === 'string' ? name : undefined
}

/** Depth first; `name` is that of the declaration, property or call the node stands in, so that a function can be named. */
function visit(node: Node, name: string, see: (node: Node, name: string) => void): void {
  const here = nameOf(node['id']) ?? nameOf(node['key']) ?? (node.type === 'CallExpression' ? nameOf(node['callee']) : undefined) ?? name
  see(node, here)
  for (const child of childrenOf(node)) visit(child, here, see)
}

function childrenOf(node: Node): Node[] {
  const isNode = (item: unknown): item is Node => typeof item === 'object' && item !== null && typeof (item as Node).type === 'string'
  return Object.values(node).flatMap((child: unknown) => (Array.isArray(child) ? child.filter(isNode) : isNode(child) ? [child] : []))
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)]
  return (offset) => {
    let low = 0
    for (let high = starts.length; high - low > 1;) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
