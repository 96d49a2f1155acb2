/**
 * The Ed25519 key that signs checkpoints. It comes from the caller (PEM text, 64 hex digits of the seed, or the path of a file with either), else
 * from the file in the user's configuration folder, which is made at the first start with mode 0600. The public half opens the journal.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { toHex } from '#base/hex.ts'
import { ensureFolder, replaceFile } from './durable-file.ts'
import { journalError } from './journal-error.ts'
import { rawPublicKey } from './node-crypto.ts'

export interface SealKey {
  readonly privateKey: KeyObject
  /** Hex of the raw 32 bytes. */
  readonly publicKey: string
}

/** PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

export function loadSealKey({ given, defaultFile }: { readonly given: string | undefined; readonly defaultFile: string }): SealKey {
  if (given !== undefined && given !== '') return fromText(given) ?? fromFile(given)
  if (existsSync(defaultFile)) return fromFile(defaultFile)
  const { privateKey } = generateKeyPairSync('ed25519')
  ensureFolder(dirname(defaultFile))
  replaceFile(defaultFile, [privateKey.export({ format: 'pem', type: 'pkcs8' })])
  chmodSync(defaultFile, 0o600)
  return sealKey(privateKey)
}

export function sealKey(privateKey: KeyObject): SealKey {
  return { privateKey, publicKey: toHex(rawPublicKey(privateKey)) }
}

function fromFile(path: string): SealKey {
  const content = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const key = content === undefined ? undefined : fromText(content)
  // What was given may be the key itself, mistyped, so it is not repeated.
  if (key === undefined)
    throw journalError('seal_key_invalid', 'seal key', 'neither a key nor a file that holds one', 'an Ed25519 key as PEM or 64 hex digits')
  return key
}

function fromText(text: string): SealKey | undefined {
  const trimmed = text.trim()
  try {
    if (/^[0-9a-fA-F]{64}$/.test(trimmed)) {
      return sealKey(createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, Buffer.from(trimmed, 'hex')]), format: 'der', type: 'pkcs8' }))
    }
    if (!trimmed.startsWith('-----BEGIN')) return undefined
    const key = createPrivateKey(trimmed)
    return key.asymmetricKeyType === 'ed25519' ? sealKey(key) : undefined
  } catch {
    return undefined
  }
}
