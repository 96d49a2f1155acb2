/**
 * The known name a misspelt one is nearest to, for "did you mean": edit distance of Levenshtein (1966), by rows. At most a third of the name and
 * two letters may differ; of equal distances the first known name is taken. Edge: no name is near an empty one.
 */
const DISTANCE_MAX = 2

export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const most = Math.min(DISTANCE_MAX, Math.floor(name.length / 3))
  let found: string | undefined
  let least = most + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const distance = editDistance(name, candidate)
    if (distance < least) [found, least] = [candidate, distance]
  }
  return found
}

export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution))
    }
    row = next
  }
  return row[b.length] ?? 0
}
