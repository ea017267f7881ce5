import { useMutation } from "@tanstack/react-query";
import { ApiError, apiFetch } from "vestibule-kit";
import type { ToldEvent, ToldEventList } from "../../shared/api/contract.ts";
import { queryOf } from "../../shared/list/useFilters.ts";
import { useKeyset } from "../../shared/list/useKeyset.ts";

export type Told = ToldEvent;

export const filterNames = ["name", "user", "actor", "sid", "ip", "from", "to"] as const;
export type Filters = Record<(typeof filterNames)[number], string>;

export function useEvents(filters: Filters) {
  return useKeyset("/admin/events", filters, (page: ToldEventList) => page.events);
}

export type Format = "csv" | "jsonl";

const path = "/admin/events/export";

/**
 * Downloads what matches. A download can't ask for a proof, so that is asked for first, in place, by the
 * same request without a format: the server wants the proof before all else, and then refuses it for the
 * format alone, with nothing done.
 */
export function useExport(filters: Filters, download: (address: string) => void) {
  return useMutation({
    mutationFn: async (format: Format) => {
      try {
        await apiFetch<never>(`${path}?${queryOf(filters)}`);
      } catch (error) {
        if (!lacksFormat(error)) throw error;
      }
      download(`${path}?${queryOf({ ...filters, format })}`);
    },
  });
}

function lacksFormat(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status === 422 &&
    error.fields.length > 0 &&
    error.fields.every(({ field }) => field === "format")
  );
}
