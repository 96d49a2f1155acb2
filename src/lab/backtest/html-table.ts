/** Tables of the report page. On a phone a stacked table shows each row as a card; the roles keep it a table for a screen reader. */
import { escapeHtml } from './html-text.ts'

export interface Column<Row> {
  readonly name: string
  /** HTML, already escaped. */
  readonly cell: (row: Row) => string
  readonly style?: 'number' | 'when' | 'wide' | 'name'
}
export interface TableOf<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly isStacked?: boolean
}

export function tableHtml<Row>({ caption, columns, rows, isStacked = true }: TableOf<Row>): string {
  const heads = columns.map(({ name, style }) => `<th role="columnheader" scope="col"${classOf(style)}>${escapeHtml(name)}</th>`).join('')
  const body = rows.map((row) => `<tr role="row">${columns.map((column) => cellHtml(column, row)).join('')}</tr>`).join('\n')
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table role="table"${isStacked ? ' class="stacked"' : ''}>
<caption>${escapeHtml(caption)}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${body}
</tbody></table></div>`
}

function cellHtml<Row>({ name, cell, style }: Column<Row>, row: Row): string {
  const text = cell(row)
  const names = [style, text === '' || text === '–' ? 'empty' : undefined].filter((one) => one !== undefined)
  return `<td role="cell" data-label="${escapeHtml(name)}"${names.length === 0 ? '' : ` class="${names.join(' ')}"`}>${text}</td>`
}

function classOf(style: string | undefined): string {
  return style === undefined ? '' : ` class="${style}"`
}
