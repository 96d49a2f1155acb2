/**
 * What must hold before a pipeline runs: one component of a name, and a snapshot that fits the code, that is, every component it names has the
 * version of its state; anything else is refused before a state is touched.
 */
import { assert } from '#base/assert.ts'
import type { Component } from './component.ts'

export class StateVersionError extends Error {
  override readonly name = 'StateVersionError'
}

interface Versioned {
  readonly components: Readonly<Record<string, { readonly version: number }>>
}

export function checkVersions(snapshot: Versioned, placed: readonly { readonly component: Component }[]): void {
  for (const { component } of placed) {
    const saved = snapshot.components[component.name]
    if (saved !== undefined && saved.version !== component.version) {
      throw new StateVersionError(
        `state of ${component.name} has version ${saved.version}, this code has version ${component.version} and no migration between them`,
      )
    }
  }
}

export function checkPipeline(pipeline: readonly Component[]): void {
  const names = new Set<string>()
  for (const { name } of pipeline) {
    assert(!names.has(name), `one component of the name ${name}`)
    names.add(name)
  }
}
