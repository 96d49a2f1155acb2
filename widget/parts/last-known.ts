/** A state's word while the line is lost: nothing that cannot be known is said as if it were. */
export function lastKnown(word: string, isOld: boolean): string {
  return isOld ? `Last known: ${word.toLowerCase()}` : word
}
