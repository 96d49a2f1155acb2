/**
 * The token with which whoever owns this user account signs in where no other token is configured: made at the first start, in the user's
 * configuration folder beside the seal key, readable by nobody else (mode 0600). Whoever can read the file could as well replace the program.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureFolder, replaceFile } from './durable-file.ts'

const BYTES = 24
const FORM = /^[\w-]{16,512}$/

/** A file with anything else in it is replaced: nobody can sign in with what is no token. */
export function loadLocalToken(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  const token = FORM.test(kept) ? kept : randomBytes(BYTES).toString('base64url')
  if (token !== kept) {
    ensureFolder(dirname(file))
    replaceFile(file, [`${token}\n`])
  }
  chmodSync(file, 0o600)
  return token
}
