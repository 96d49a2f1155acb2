/** Numbers of a study as text: shares in per cent, costs a day in basis points of notional, counts with thousands set apart. No locale. */
const NOTHING = '–'
const MINUS = '\u2212'

export function percent(share: number | null | undefined, places = 1): string {
  return share === null || share === undefined ? NOTHING : `${fixed(share * 100, places)} %`
}

/** Hundredths of a per cent. */
export function basisPoints(share: number | null | undefined, places = 1): string {
  return share === null || share === undefined ? NOTHING : fixed(share * 10_000, places)
}

export function fixed(value: number, places: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(places).split('.')
  const text = `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${fixed(value, 0)} ${value === 1 ? one : many}`
}

export function factor(value: number | null | undefined): string {
  return value === null || value === undefined ? NOTHING : `${fixed(value, 2)}x`
}

/** `insufficient_size 5, no_strike 2` in words. */
export function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([code, times]) => `${code.replaceAll('_', ' ')} ${fixed(times, 0)}`)
    .join(', ')
}
