/** Documented files are rebuilt into a folder of their own; one that holds some already is refused, not written over. */
import type { Refusal } from '#base/result.ts'

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
  readonly refusal: Refusal

  constructor(folder: string, file: string) {
    super(`${folder} already has ${file}`)
    this.refusal = { code: 'folder_in_use', field: folder, seen: `has ${file}`, limit: 'a folder without documented files' }
  }
}
