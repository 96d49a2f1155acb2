/**
 * A configuration file as a layer: JSON of the tree that `config print --file` writes. What cannot be read is a problem like any other, so
 * that it is reported together with those of the environment and the flags.
 */
import { readFileSync } from 'node:fs'
import { scalar } from '#base/result.ts'
import type { ConfigLayer, ConfigProblem } from './config.ts'

export type ConfigFile = { readonly ok: true; readonly layer: ConfigLayer } | { readonly ok: false; readonly problem: ConfigProblem }

export function readConfigFile(path: string): ConfigFile {
  const problem = (seen: unknown, limit: string): ConfigFile => ({
    ok: false,
    problem: { code: 'invalid_value', field: path, seen: scalar(seen), limit, source: 'configuration file' },
  })
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return problem((error as NodeJS.ErrnoException).code, 'a file that can be read')
  }
  try {
    const values = JSON.parse(text) as unknown
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return problem(values, 'a JSON object')
    return { ok: true, layer: { source: path, values: values as Readonly<Record<string, unknown>> } }
  } catch (error) {
    return problem((error as SyntaxError).message, 'JSON')
  }
}
