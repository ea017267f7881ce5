import { useInfiniteQuery } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import type * as contract from "../../shared/api/contract.ts";
import { ofQuery } from "../../shared/api/ofQuery.ts";

/** What can be looked at alone: each is some nouns of events. */
export const filters = {
  all: "",
  signing_in: "sign_in.*,session.created,step_up.*",
  ended: "session.ended",
  account: "user.*,role.*,password.*",
  clients: "approval.*,authorization_code.*,refresh_token.*",
} as const;
export type Filter = keyof typeof filters;

/** What happened to my account, newest first, page by page. */
export function useActivity(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["events", "activity", filter],
    queryFn: (asked) => {
      const query = new URLSearchParams({ limit: "50" });
      if (filters[filter]) query.set("name", filters[filter]);
      if (asked.pageParam) query.set("before", asked.pageParam);
      return apiFetch<contract.EventList>(`/auth/events?${query}`, ofQuery(asked));
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
  });
}
