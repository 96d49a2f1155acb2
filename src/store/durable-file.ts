/**
 * Files that survive a power cut: append and sync, and atomic replacement (write aside, sync, rename, sync the folder; Pillai et al., "All File
 * Systems Are Not Created Equal", 2014). A reader sees the old file or the new one, never half of either.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Called before each step; a test stops the replacement there. */
export type ReplaceStep = 'open' | 'write' | 'sync' | 'rename' | 'sync-folder'

export function replaceFile(path: string, parts: readonly (string | Uint8Array)[], before: (step: ReplaceStep) => void = () => {}): void {
  const aside = `${path}.tmp`
  before('open')
  const file = openSync(aside, 'w', 0o600)
  try {
    for (const part of parts) {
      before('write')
      writeAll(file, typeof part === 'string' ? Buffer.from(part) : part)
    }
    before('sync')
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  before('rename')
  renameSync(aside, path)
  before('sync-folder')
  syncFolder(dirname(path))
}

/** Windows cannot open a folder; its file system journals the rename itself. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Creates the folder, and those above it that are missing, and makes each new entry durable. */
export function ensureFolder(folder: string): void {
  for (const made of makeFolders(folder)) syncFolder(dirname(made))
}

/**
 * The folders that were missing, from the top. One level at a time: where a file system says of an existing folder that it does not exist
 * when something is to be made in it (`/proc`), the recursive call of Node 26 never returns.
 */
export function makeFolders(folder: string): readonly string[] {
  const missing: string[] = []
  let path = resolve(folder)
  for (; !existsSync(path); path = dirname(path)) missing.unshift(path)
  for (const each of missing) makeOne(each)
  if (missing.length === 0) makeOne(path)
  return missing
}

/** Another process may have been quicker; a file in the folder's place is an error as ever. */
function makeOne(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST' && statSync(path).isDirectory())) throw error
  }
}

export function writeAll(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
}
