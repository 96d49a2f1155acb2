/** JSON with sorted keys: equal values, equal text. For digests of configuration and request bodies (journal records keep engine order). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null'
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  if ('toJSON' in value && typeof value.toJSON === 'function') return sorted((value.toJSON as () => unknown)())
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) {
    const held = (value as Readonly<Record<string, unknown>>)[key]
    if (held === undefined) continue
    // a stranger's JSON may call a field of its own like this
    if (key === '__proto__') Object.defineProperty(copy, key, { value: sorted(held), enumerable: true })
    else copy[key] = typeof held === 'object' ? sorted(held) : held
  }
  return copy
}
