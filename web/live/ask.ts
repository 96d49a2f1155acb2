/**
 * Everything a page asks for beyond the event stream. An answer is checked against the contract's schema before it is shown, asked again
 * every `everyMs`, kept while the next one is on its way, and shared by all who ask for the same path. `path` undefined: nothing is asked.
 * A question that nobody waits for any more is aborted. A question with a `body` is a POST that changes nothing. `useTelling` is the other
 * half: something sent, once, because somebody pressed.
 */
import { QueryClient, keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { ask, parsed, tell } from './read-answer.ts'

export interface Answer<T> {
  /** The newest answer; undefined before the first. */
  readonly data: T | undefined
  /** Why the last attempt failed; with `data` still there it is what was known before. */
  readonly problem: string | undefined
  /** Wall-clock instant of `data`, epoch ms. */
  readonly answeredAt: number | undefined
  readonly again: () => void
}
interface Asked {
  readonly everyMs?: number
  /** Keep what the last path answered until the next one does: for sliders and pages of a list. */
  readonly keepsLast?: boolean
  readonly body?: object
}

export const questions = new QueryClient({
  defaultOptions: {
    queries: { retry: 1, retryDelay: 500, staleTime: 1_000, networkMode: 'always', refetchOnWindowFocus: true },
    mutations: { networkMode: 'always' },
  },
})

export function useAnswer<T>(path: string | undefined, schema: z.ZodType<T>, { everyMs, keepsLast = false, body }: Asked = {}): Answer<T> {
  const { data, error, dataUpdatedAt, refetch } = useQuery<T>({
    queryKey: body === undefined ? [path] : [path, body],
    enabled: path !== undefined,
    queryFn: ({ signal }) => ask(path ?? '', parsed(schema), { signal, body }),
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
    ...(keepsLast ? { placeholderData: keepPreviousData } : {}),
  })
  return {
    data,
    problem: error === null ? undefined : error.message,
    answeredAt: data === undefined ? undefined : dataUpdatedAt,
    again: () => void refetch(),
  }
}

export interface Telling<B, T> {
  readonly tell: (body: B) => void
  readonly isUnderWay: boolean
  readonly answer: T | undefined
  readonly problem: string | undefined
  readonly forget: () => void
}

/** `refresh`: paths whose answers may have changed with this. */
export function useTelling<B, T>(
  { method, path, refresh = [] }: { readonly method: 'POST' | 'DELETE'; readonly path: string; readonly refresh?: readonly string[] },
  schema: z.ZodType<T>,
): Telling<B, T> {
  const client = useQueryClient()
  const { mutate, isPending, data, error, reset } = useMutation<T, Error, B>({
    mutationFn: (body) => tell(method, path, body, parsed(schema)),
    onSettled: () => Promise.all(refresh.map((changed) => client.invalidateQueries({ queryKey: [changed] }))),
  })
  return { tell: (body) => mutate(body), isUnderWay: isPending, answer: data, problem: error?.message, forget: reset }
}
