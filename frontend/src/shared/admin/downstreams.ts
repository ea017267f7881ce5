import { useQuery } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import type { DownstreamList, Health, OverseenDownstream } from "../api/contract.ts";

export type Downstream = OverseenDownstream;

/** The services behind, as one replica sees them, and again every so often while one looks. */
export function useDownstreams() {
  return useQuery({
    queryKey: ["admin", "downstreams"],
    queryFn: async ({ signal }) =>
      (await apiFetch<DownstreamList>("/admin/downstreams", { signal, passive: true })).downstreams,
    refetchInterval: 5_000,
  });
}

/** What part of its requests failed, in percent; null where nobody asked. */
export function failing({ requests, failures }: Health): number | null {
  return requests === 0 ? null : (100 * failures) / requests;
}
