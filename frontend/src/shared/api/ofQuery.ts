import type { QueryClient, QueryKey } from "@tanstack/react-query";

interface Query {
  client: QueryClient;
  queryKey: QueryKey;
  signal: AbortSignal;
}

/** What a request of a query is sent with: the signal that ends it, and whether it is nobody's doing. */
export function ofQuery(query: Query): { signal: AbortSignal; passive: boolean } {
  return { signal: query.signal, passive: isPassive(query) };
}

/**
 * A person's doing is the first attempt, and the first at each further page. Those that follow are nobody's,
 * also where it failed: else a page that nobody touches would keep its session alive.
 */
function isPassive({ client, queryKey }: Query): boolean {
  const state = client.getQueryState(queryKey);
  if (!state) return false;
  if (state.fetchFailureCount > 0) return true;
  const another = state.fetchMeta?.fetchMore !== undefined;
  return !another && state.dataUpdateCount + state.errorUpdateCount > 0;
}
