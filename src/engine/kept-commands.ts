/**
 * Commands and their answers in the order of their age, on pages. A page that is full and answered never changes again: its part of a snapshot is written
 * once, while the next page begins, and every snapshot after that joins it as it stands. So a snapshot costs what was added since, not a month of answers.
 * The text does not show where pages end: a shelf that was read back gives the same as the one that was written.
 */
import type { CommandId } from '#domain/order.ts'
import type { EpochMs } from '#units/time.ts'

/** JSON text: thousands of answers are kept, and a text is one value. */
export interface KeptAnswer {
  readonly seq: number
  readonly httpStatus: number
  readonly text: string
}
export interface KeptCommand {
  readonly account: string
  readonly route: string
  readonly key: string
  readonly commandId: CommandId
  readonly bodyHash: string
  readonly at: EpochMs
  readonly seq: number
  pending: KeptAnswer | undefined
  final: KeptAnswer | undefined
}
interface Page {
  readonly commands: KeptCommand[]
  /** Of its commands in a snapshot, once none of them can change. */
  text: string | undefined
}
/** Oldest first; owned and changed by the command gate alone. */
export interface Shelf {
  readonly pages: Page[]
}

const PAGE_COMMANDS = 64

export function keep(shelf: Shelf, command: KeptCommand): void {
  const last = shelf.pages.at(-1)
  if (last !== undefined && last.commands.length < PAGE_COMMANDS) {
    last.commands.push(command)
    last.text = undefined
    return
  }
  for (let i = shelf.pages.length - 1; i >= 0 && shelf.pages[i]?.text === undefined; i--) writePage(shelf.pages[i] as Page)
  shelf.pages.push({ commands: [command], text: undefined })
}

/** Takes away those of an age of `keptMs` and more; `forget` hears each. */
export function takeOld(
  shelf: Shelf,
  { at, keptMs }: { readonly at: EpochMs; readonly keptMs: number },
  forget: (command: KeptCommand) => void,
): void {
  for (let page = shelf.pages[0]; page !== undefined; page = shelf.pages[0]) {
    const young = page.commands.findIndex((command) => at - command.at < keptMs)
    if (young === 0) return
    for (const command of page.commands.splice(0, young < 0 ? page.commands.length : young)) forget(command)
    page.text = undefined
    if (young > 0) return
    shelf.pages.shift()
  }
}

/** A JSON list of the commands. The parts are added, not joined: nothing is copied until somebody reads the text. */
export function shelfText({ pages }: Shelf): string {
  let text = ''
  for (const page of pages) {
    const part = writePage(page)
    text = text === '' ? part : `${text},${part}`
  }
  return `[${text}]`
}

export function readShelf(saved: unknown): Shelf {
  const shelf: Shelf = { pages: [] }
  for (const fields of saved as readonly Fields[]) keep(shelf, commandOf(fields))
  return shelf
}

function writePage(page: Page): string {
  if (page.text !== undefined) return page.text
  const text = page.commands.map((command) => JSON.stringify(fieldsOf(command))).join(',')
  if (page.commands.every(({ final }) => final !== undefined)) page.text = text
  return text
}

type AnswerFields = readonly [seq: number, httpStatus: number, text: string] | null
type Fields = readonly [string, string, string, CommandId, string, EpochMs, number, AnswerFields, AnswerFields]

function fieldsOf({ account, route, key, commandId, bodyHash, at, seq, pending, final }: KeptCommand): Fields {
  return [account, route, key, commandId, bodyHash, at, seq, answerFields(pending), answerFields(final)]
}

function commandOf([account, route, key, commandId, bodyHash, at, seq, pending, final]: Fields): KeptCommand {
  return { account, route, key, commandId, bodyHash, at, seq, pending: answerOf(pending), final: answerOf(final) }
}

function answerFields(answer: KeptAnswer | undefined): AnswerFields {
  return answer === undefined ? null : [answer.seq, answer.httpStatus, answer.text]
}

function answerOf(fields: AnswerFields): KeptAnswer | undefined {
  return fields === null ? undefined : { seq: fields[0], httpStatus: fields[1], text: fields[2] }
}
