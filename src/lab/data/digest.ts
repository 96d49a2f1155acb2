/**
 * SHA-256 (FIPS 180-4) of data files, for a journal that refers to files instead of copying them. Streamed; over the bytes as stored,
 * so a file packed anew with the same rows is another file. Order of the result is that of the request; files appear by base name.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { DataFileError } from './refusals.ts'

export interface FileDigest {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
}

export async function digestFiles(files: readonly string[]): Promise<readonly FileDigest[]> {
  const digests: FileDigest[] = []
  for (const file of files) digests.push(await digestFile(file))
  return digests
}

async function digestFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    throw new DataFileError(code === 'ENOENT' ? 'not_found' : 'not_readable', { file: path, field: 'file' }, code, 'a readable file')
  }
  return { file: basename(path), sha256: hash.digest('hex'), bytes }
}
