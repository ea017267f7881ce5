import { useMutation, useQuery } from "@tanstack/react-query";
import { ApiError, apiFetch } from "vestibule-kit";
import type * as contract from "../../shared/api/contract.ts";
import { ofQuery } from "../../shared/api/ofQuery.ts";
import { deviceName } from "../../shared/format/device.ts";
import { say } from "../../shared/words/words.ts";

export type Session = contract.Session;

/** All my sessions. The first look is mine; those that follow by themselves are nobody's doing. */
export function useSessions() {
  return useQuery({
    queryKey: ["sessions"],
    queryFn: async (asked) =>
      (await apiFetch<contract.SessionList>("/auth/sessions", ofQuery(asked))).sessions,
    refetchInterval: 60_000,
    refetchOnMount: "always",
  });
}

/** Ends one. "already" where it was over before: what one wanted is true all the same. */
export function useEndSession() {
  return useMutation({
    mutationFn: async ({ sid }: Session): Promise<"ended" | "already"> => {
      try {
        await apiFetch<void>(`/auth/sessions/${encodeURIComponent(sid)}`, { method: "DELETE" });
        return "ended";
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return "already";
        throw error;
      }
    },
  });
}

export function useEndOthers() {
  return useMutation({
    mutationFn: () => apiFetch<contract.EndedCount>("/auth/sessions", { method: "DELETE" }),
  });
}

type EventItem = Pick<contract.Event, "id" | "at" | "name" | "detail">;

/** One line of what ended before its time: sessions that ended together are told together. */
export interface Gone {
  id: string;
  at: Date;
  reason: string;
  names: string[];
}

const lines = 5;

/** What ended lately, as it was when one came: it does not move while one looks. */
export function useEndedLately() {
  return useQuery({
    queryKey: ["events", "ended"],
    queryFn: ({ signal }) =>
      apiFetch<contract.EventList>("/auth/events?limit=100", { signal, passive: true }),
    select: ({ events }) => together(events).slice(0, lines),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
  });
}

/** Newest first, as they come; one act that ended many is one line. */
export function together(events: EventItem[]): Gone[] {
  const gone: Gone[] = [];
  for (const event of events) {
    if (event.name !== "session.ended") continue;
    const { device, reason = "" } = event.detail;
    const name = device ? deviceName(device, event.detail) : say("shared.device.unknown");
    const at = new Date(event.at);
    const before = gone.at(-1);
    if (before?.reason === reason && Math.abs(before.at.getTime() - at.getTime()) < 2_000)
      before.names.push(name);
    else gone.push({ id: event.id, at, reason, names: [name] });
  }
  return gone;
}
