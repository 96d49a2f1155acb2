/** Names that the API gives to kinds, gates and lines, as a reader meets them. A name that no panel has words for is still readable. */

/** `open_position` -> `open position`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ')
}

/** As the start of a row. */
export function sentence(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}
