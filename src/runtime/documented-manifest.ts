/**
 * `manifest.json`: what the documented files are, as of which record. Replaced last and at once, so that it always speaks of files that were
 * complete; what a crash left beyond it is cut, or made again from the journal. `resume` is the fold's state at `seq`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import { replaceFile } from '#store/durable-file.ts'
import type { DocumentedState } from './documented-state.ts'

export const MANIFEST = 'manifest.json'
/** Of the manifest and of the shapes of the files it names. */
const VERSION = 2

const fileSum = z.object({ bytes: z.number().int(), sha256: z.string() })
const manifest = z.object({
  version: z.literal(VERSION),
  journalId: z.string(),
  seq: z.number().int(),
  chainHead: z.string(),
  /** Records before it were dropped from the journal before these files were made; 1 when nothing is missing. */
  fromSeq: z.number().int(),
  coverageLedgerEntries: z.number().int(),
  files: z.record(z.string(), fileSum),
  resume: z.unknown(),
})
export type Manifest = Omit<z.output<typeof manifest>, 'version' | 'resume'> & { readonly state: DocumentedState }

export function writeManifest(folder: string, { state, ...rest }: Manifest): void {
  const text = JSON.stringify({ version: VERSION, ...rest, resume: JSON.parse(encodeState(state)) as unknown }, undefined, 2)
  replaceFile(join(folder, MANIFEST), [`${text}\n`])
}

/** Undefined when there is none that can be used. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const parsed = manifest.safeParse(JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')))
    if (!parsed.success) return undefined
    const { version: _, resume, ...rest } = parsed.data
    return { ...rest, state: decodeState(JSON.stringify(resume)) as DocumentedState }
  } catch {
    return undefined
  }
}
