/**
 * Lists that go on: a page of the newest, then with each further question those before. Pages are checked against the contract's schema, shared by
 * all who ask the same, and kept while the filter stays. `again` begins with the newest once more.
 */
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { z } from 'zod'
import { ask, parsed } from './read-answer.ts'
import type { Answer } from './ask.ts'

export interface Paged {
  readonly next: number | null
}
export interface Pages<T> extends Answer<readonly T[]> {
  readonly hasMore: boolean
  readonly isAsking: boolean
  readonly more: () => void
}

export function usePages<T extends Paged>(path: string, schema: z.ZodType<T>): Pages<T> {
  const client = useQueryClient()
  const key = ['pages', path]
  const { data, error, dataUpdatedAt, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => ask(paged(path, pageParam), parsed(schema), { signal }),
    getNextPageParam: ({ next }: T) => next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  return {
    data: data?.pages,
    problem: error === null ? undefined : error.message,
    answeredAt: data === undefined ? undefined : dataUpdatedAt,
    again: () => {
      client.setQueryData(key, firstOnly<T>) // what is shown stays until the newest are there
      void refetch()
    },
    hasMore: hasNextPage,
    isAsking: isFetching,
    more: () => void fetchNextPage(),
  }
}

function firstOnly<T>(known: InfiniteData<T> | undefined): InfiniteData<T> | undefined {
  return known === undefined ? undefined : { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) }
}

function paged(path: string, before: number | undefined): string {
  return before === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}before=${before}`
}
