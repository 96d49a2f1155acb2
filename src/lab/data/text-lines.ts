/**
 * Lines of a text file, plain or gzip, read as a stream: memory holds one chunk and one line, whatever the file's size. A name ending
 * in `.gz` must be gzip and any other must not be; a torn or damaged stream is a `DataFileError` at the line where it broke.
 * Edges: lines end in LF or CR LF; a byte order mark is dropped; bytes that are not UTF-8 become U+FFFD, which no field accepts;
 * a line over 65,536 characters is a file of another kind.
 */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataFileError } from './refusals.ts'

const LINE_LENGTH_MAX = 65_536

export interface LineBatch {
  /** Number of `lines[0]`, counted from 1. */
  readonly firstLine: number
  readonly lines: readonly string[]
  /** True for the batch that holds text after the last line end. */
  readonly unterminated: boolean
}

export async function* readLines(file: string): AsyncGenerator<LineBatch, void, undefined> {
  const decoder = new TextDecoder('utf-8')
  const stream = openStream(file)
  let rest = ''
  let line = 1
  let first = true
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (first && !file.endsWith('.gz')) checkNotGzip(file, chunk)
      first = false
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LINE_LENGTH_MAX) throw lineTooLong(file, line + lines.length, rest)
      if (lines.length > 0) yield { firstLine: line, lines: withoutCarriageReturns(file, line, lines), unterminated: false }
      line += lines.length
    }
  } catch (error) {
    throw fileError(file, line, error, first)
  } finally {
    stream.destroy()
  }
  rest += decoder.decode()
  if (rest !== '') yield { firstLine: line, lines: withoutCarriageReturns(file, line, [rest]), unterminated: true }
}

function openStream(file: string): Readable {
  const source = createReadStream(file, { highWaterMark: 65_536 })
  if (!file.endsWith('.gz')) return source
  // An error of the source destroys the gunzip stream with it, and so reaches whoever iterates; nothing is left to do here.
  return pipeline(source, createGunzip({ chunkSize: 65_536 }), () => undefined)
}

function withoutCarriageReturns(file: string, firstLine: number, lines: readonly string[]): readonly string[] {
  return lines.map((text, i) => {
    if (text.length > LINE_LENGTH_MAX) throw lineTooLong(file, firstLine + i, text)
    return text.endsWith('\r') ? text.slice(0, -1) : text
  })
}

function checkNotGzip(file: string, chunk: Buffer): void {
  if (chunk[0] === 0x1f && chunk[1] === 0x8b)
    throw new DataFileError('unexpected_gzip', { file, field: 'file' }, 'gzip bytes', 'a name ending in .gz')
}

function lineTooLong(file: string, line: number, text: string): DataFileError {
  return new DataFileError('line_too_long', { file, line, field: 'line' }, text.slice(0, 40), LINE_LENGTH_MAX)
}

function fileError(file: string, line: number, error: unknown, first: boolean): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const at = { file, line, field: 'file' }
  if (code === 'ENOENT') return new DataFileError('not_found', { file, field: 'file' }, code, 'a file')
  if (code === 'EACCES' || code === 'EISDIR' || code === 'EIO') return new DataFileError('not_readable', at, code, 'a readable file')
  if (code === 'Z_BUF_ERROR') return new DataFileError('truncated_gzip', at, 'the stream ends early', 'a complete gzip file')
  if (!code.startsWith('Z_')) return error
  const message = error instanceof Error ? error.message : code
  return new DataFileError(first && message === 'incorrect header check' ? 'not_gzip' : 'corrupt_gzip', at, message, 'an intact gzip file')
}
