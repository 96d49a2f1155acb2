/**
 * Files that survive a power cut: append and sync, and atomic replacement (write aside, sync, rename, sync the folder; Pillai et al., "All File
 * Systems Are Not Created Equal", 2014). A reader sees the old file or the new one, never half of either.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

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

/** Creates the folder and makes its entry durable. */
export function ensureFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true }) !== undefined) syncFolder(dirname(folder))
}

export function writeAll(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
}
