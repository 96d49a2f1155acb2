/**
 * JSON of a command's answer, written once: the record holds it, the gate keeps it for a month, and the reply is it. Known by the answer itself, which nobody
 * changes once it was emitted; forgotten with it.
 */
import type { Json } from '#topics/schema.ts'

const written = new WeakMap<object, string>()

export function answerText(answer: Json): string {
  if (typeof answer !== 'object' || answer === null) return JSON.stringify(answer)
  const known = written.get(answer)
  if (known !== undefined) return known
  const text = JSON.stringify(answer)
  written.set(answer, text)
  return text
}
