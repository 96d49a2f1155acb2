/** How questions to a platform's files are put: a host without files, or a reader that failed, is "not available", never a hanging call. */
import type { Records } from '#runtime/records.ts'
import type { Context } from './context.ts'
import { ApiRefusal } from './refusal.ts'

export async function fromRecords<T>({ platform }: Context, read: (records: Records) => T | Promise<T>): Promise<T> {
  const { records } = platform
  if (records === undefined) throw notAvailable('none')
  return fromFiles(() => read(records))
}

/** The same for what every platform can be asked. */
export async function fromFiles<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw notAvailable(error instanceof Error && error.name === 'ReaderFailure' ? 'its reader failed' : 'it cannot be read')
  }
}

/** `a,b` as a list; absent: no filter. */
export function namesOf(list: string | undefined): readonly string[] | undefined {
  return list?.split(',')
}

function notAvailable(seen: string): ApiRefusal {
  return new ApiRefusal('not_available', { gate: 'records', field: 'journal', seen, limit: 'a journal that can be read' })
}
