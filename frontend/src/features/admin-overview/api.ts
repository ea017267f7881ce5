import { useQuery } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import type { Overview, Sample, ToldEventList } from "../../shared/api/contract.ts";
import { hour, minute } from "../../shared/format/units.ts";
import { merged } from "./series.ts";

export type Window = "15m" | "1h";

/** How long they are, in milliseconds. */
export const lengths: Record<Window, number> = { "15m": 15 * minute, "1h": hour };

/** How often the page looks again. */
const every = 5_000;
/** How long a replica may take to write what it counted: so far back, steps are asked for again. */
const late = 15_000;

/** How everything does, over a window that goes on by itself. Only what is new is asked for. */
export function useOverview(window: Window) {
  return useQuery({
    queryKey: ["admin", "overview", window],
    queryFn: async ({ client, queryKey, signal }): Promise<Overview> => {
      const before = client.getQueryData<Overview>(queryKey);
      const since = new Date(sinceWhen(before?.samples ?? [])).toISOString();
      const heard = await apiFetch<Overview>(`/admin/overview?since=${encodeURIComponent(since)}`, {
        signal,
        passive: true,
      });
      const from = Date.parse(heard.now) - lengths[window];
      return { ...heard, samples: merged(before?.samples ?? [], heard.samples, from) };
    },
    refetchInterval: every,
    gcTime: 0,
  });
}

/** At first all that the server gives, which is an hour: the clock of this device may be another one. */
function sinceWhen(samples: Sample[]): number {
  const newest = samples.at(-1);
  return newest ? Date.parse(newest.at) - late : 0;
}

/** What ended before its time, the newest first. */
export function useEnded() {
  return useQuery({
    queryKey: ["admin", "ended"],
    queryFn: async ({ signal }) =>
      (await apiFetch<ToldEventList>("/admin/events?name=session.ended&limit=6", { signal, passive: true }))
        .events,
    refetchInterval: every,
  });
}
