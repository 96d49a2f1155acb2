/**
 * The market data that a backtest's journal holds by reference, made again from the files for a replay. A note names the file, its SHA-256,
 * the lines and the instant of an observation; only files with those bytes are read, by the code that read them for the run, and what
 * comes out must be the lines and the number of inputs the note says. Where a note of the same observation goes on later (an input came in
 * between), the first ends there. One observation is held at a time; notes are expanded in the order of the journal.
 * Units: instants in epoch ms.
 */
import { basename } from 'node:path'
import { assert, present } from '#base/assert.ts'
import type { Input } from '#engine/engine.ts'
import type { WrittenRecord } from '#engine/ports.ts'
import { readBatches } from '#store/journal-reader.ts'
import { later } from '#units/time.ts'
import { digestFiles } from '../data/digest.ts'
import { DataFileError, dataCollector } from '../data/refusals.ts'
import type { DataWindow } from '../data/window.ts'
import { openRecording } from './recording.ts'
import type { DataNote, Observation, Recording } from './recording.ts'
import { BacktestRefusal } from './request.ts'

interface Referenced {
  readonly note: DataNote
  /** One behind the last input of this note. */
  readonly end: number
}
export interface NoteSource {
  readonly kind: 'chains' | 'bars'
  /** The folder (or file of bars) the run read. */
  readonly path: string
}

/** `journal`: the folder whose notes will be asked for. */
export async function noteExpander(journal: string, source: NoteSource): Promise<(note: WrittenRecord) => Promise<Iterable<Input>>> {
  const references = referencesOf(notesIn(journal))
  const instants = new Map([...references.values()].map(({ note }) => [note.at as number, note]))
  if (instants.size === 0) return () => Promise.resolve([])
  const recording = await open(source, instants)
  await admitFiles(recording, [...instants.values()])
  const observations = recording.observations()[Symbol.asyncIterator]()
  let current: Observation | undefined
  return async (record) => {
    const { note, end } = present(references.get(record.seq), 'a note is expanded that the journal holds')
    while (current === undefined || current.at < note.at) {
      const next = await observations.next()
      if (next.done === true) break
      current = next.value
    }
    return admitted(current, note)
      .slice(note.first, end)
      .map(({ topic, key, source: from, body }) => ({ at: note.at, topic, key, source: from, cause: 0, body }) as Input)
  }
}

function* notesIn(journal: string): Generator<WrittenRecord> {
  for (const batch of readBatches(journal, 1)) yield* batch.filter(({ kind }) => kind === 'note')
}

function referencesOf(notes: Iterable<WrittenRecord>): Map<number, Referenced> {
  const references = new Map<number, Referenced>()
  let last: { readonly seq: number; readonly note: DataNote } | undefined
  for (const { seq, text } of notes) {
    const note = parseNote(seq, text)
    if (last !== undefined && last.note.at === note.at) references.set(last.seq, { note: last.note, end: note.first })
    references.set(seq, { note, end: note.count })
    last = { seq, note }
  }
  return references
}

const TEXTS = ['file', 'sha256'] as const
const NUMBERS = ['firstLine', 'lastLine', 'at', 'maxAgeMs', 'first', 'count'] as const

function parseNote(seq: number, text: string): DataNote {
  const raw = JSON.parse(text) as Readonly<Record<string, unknown>>
  for (const field of TEXTS) if (typeof raw[field] !== 'string') throw unfit(seq, field, raw[field], 'a text')
  for (const field of NUMBERS) if (!Number.isSafeInteger(raw[field])) throw unfit(seq, field, raw[field], 'a whole number')
  return raw as unknown as DataNote
}

function unfit(seq: number, field: string, seen: unknown, limit: string): BacktestRefusal {
  return new BacktestRefusal(`record ${seq} ${field}`, seen, limit, 'malformed_note')
}

async function open({ kind, path }: NoteSource, notes: ReadonlyMap<number, DataNote>): Promise<Recording> {
  try {
    return await openRecording({ kind, path }, windowOf(kind, [...notes.values()]), dataCollector(), (at) => notes.get(at)?.maxAgeMs)
  } catch (error) {
    if (error instanceof DataFileError) throw new BacktestRefusal(`${error.file} ${error.field}`, error.seen, error.limit, error.code)
    throw error
  }
}

/** A bar is noted at its close and looked up by its start, at most a day before. */
function windowOf(kind: NoteSource['kind'], notes: readonly DataNote[]): DataWindow {
  const [first, last] = [notes[0], notes.at(-1)]
  assert(first !== undefined && last !== undefined, 'a journal with notes has a first and a last')
  return { from: kind === 'bars' ? later(first.at, -LONGEST_BAR_MS) : first.at, to: last.at }
}

const LONGEST_BAR_MS = 86_400_000

async function admitFiles({ files }: Recording, notes: readonly DataNote[]): Promise<void> {
  for (const [file, wanted] of new Map(notes.map((note) => [note.file, note.sha256]))) {
    const path = files.find((candidate) => basename(candidate) === file)
    if (path === undefined) throw new BacktestRefusal(file, 'missing', `a file with SHA-256 ${wanted}`, 'data_missing')
    const [digest] = await digestFiles([path])
    if (digest?.sha256 !== wanted) throw new BacktestRefusal(file, digest?.sha256, `SHA-256 ${wanted}`, 'data_differs')
  }
}

function admitted(observation: Observation | undefined, note: DataNote): Observation['offers'] {
  if (observation === undefined || observation.at !== note.at)
    throw new BacktestRefusal(note.file, 'no such observation', linesOf(note), 'data_read_otherwise')
  const { source, offers } = observation
  const seen = linesOf({ ...source, count: offers.length })
  if (source.file !== note.file || seen !== linesOf(note))
    throw new BacktestRefusal(note.file, `${source.file} ${seen}`, linesOf(note), 'data_read_otherwise')
  return offers
}

function linesOf({ firstLine, lastLine, count }: Pick<DataNote, 'firstLine' | 'lastLine' | 'count'>): string {
  return `lines ${firstLine} to ${lastLine}, ${count} inputs`
}
