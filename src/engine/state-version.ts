/** A snapshot fits the code when every component it names has the version of its state; anything else is refused before a state is touched. */
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
