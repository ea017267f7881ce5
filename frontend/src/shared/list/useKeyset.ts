import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { apiFetch } from "vestibule-kit";
import { ofQuery } from "../api/ofQuery.ts";
import { queryOf } from "./useFilters.ts";

/** One page of a list: the cursor to the next is empty where there is none. */
export interface KeysetPage {
  next: string | null;
  total?: number;
  /** There are more than were counted. */
  total_capped?: boolean;
}

/** A list as far as it has been loaded, and the way on. */
export interface Keyset<Row> {
  rows: Row[];
  total: number | null;
  capped: boolean;
  /** What is shown is the answer to the filters before. */
  behind: boolean;
  more: "none" | "there" | "loading" | "failed";
  loadMore: () => void;
}

/** The largest page that the server gives. */
const limit = "200";

/**
 * A list that is loaded page by page, each beginning where the one before ended. It stays as it was
 * when it was asked for, until other filters are: nothing moves while one reads.
 */
export function useKeyset<Page extends KeysetPage, Row>(
  path: string,
  filters: Record<string, string>,
  rowsOf: (page: Page) => Row[],
) {
  const asked = queryOf({ ...filters, limit });
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ["keyset", path, asked],
    queryFn: (page) =>
      apiFetch<Page>(
        `${path}?${asked}${page.pageParam && `&after=${encodeURIComponent(page.pageParam)}`}`,
        ofQuery(page),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next || undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { data } = query;
  const first = data?.pages[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: rowsOf only names a member of the page
  const rows = useMemo(() => data?.pages.flatMap(rowsOf) ?? [], [data]);
  const list: Keyset<Row> = {
    rows,
    total: first?.total ?? (data && !query.hasNextPage ? rows.length : null),
    capped: first?.total_capped ?? false,
    behind: query.isPlaceholderData,
    more: query.isFetchingNextPage
      ? "loading"
      : query.isFetchNextPageError
        ? "failed"
        : query.hasNextPage
          ? "there"
          : "none",
    loadMore: () => void query.fetchNextPage(),
  };
  return {
    list,
    waiting: query.isPending,
    error: data ? null : query.error,
    retry: () => void query.refetch(),
    /** Begins again at the first page. */
    anew: () => void client.resetQueries({ queryKey: ["keyset", path, asked] }),
  };
}
