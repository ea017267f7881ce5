import { useMutation } from "@tanstack/react-query";
import { ApiError, apiFetch } from "vestibule-kit";
import type {
  EndedCount,
  OverseenSession,
  OverseenSessionList,
  SessionsToEnd,
} from "../../shared/api/contract.ts";
import { queryOf } from "../../shared/list/useFilters.ts";
import { type Keyset, useKeyset } from "../../shared/list/useKeyset.ts";

export type Session = OverseenSession;

export const filterNames = ["user", "q", "ip", "device", "kind", "older_than", "idle_for"] as const;
export type Filters = Record<(typeof filterNames)[number], string>;

export function useSessions(filters: Filters) {
  return useKeyset("/admin/sessions", filters, (page: OverseenSessionList) => page.sessions);
}

/** What is to be ended: those that are named, all that a filter finds, or really all. */
export type Target =
  | { kind: "named"; sessions: Session[] }
  | { kind: "matching"; filters: Filters; n: number; yours: boolean }
  | { kind: "all"; n: number; yours: boolean };

/**
 * All of a list. The server never ends one's own with the others, and leaves it out of what it counts: so
 * does `n`, where `yours` is among them.
 */
export function allOf(list: Keyset<Session>, filters: Filters): Extract<Target, { n: number }> {
  const any = queryOf(filters) !== "";
  const yours = !any || list.rows.some(({ current }) => current);
  const n = Math.max(0, (list.total ?? 0) - (yours ? 1 : 0));
  return any ? { kind: "matching", filters, n, yours } : { kind: "all", n, yours };
}

/** How many are meant. The last two end more or fewer where others come and go meanwhile. */
export function countOf(target: Target): number {
  return target.kind === "named" ? target.sessions.length : target.n;
}

export function useEnd() {
  return useMutation({ mutationFn: end });
}

/**
 * Ends them, and says how many it were; those that were over before are not counted. Rejects with EndedInPart
 * where some of those that are named are ended already.
 */
export async function end(target: Target): Promise<number> {
  if (target.kind === "named") return endNamed(target.sessions);
  if (target.kind === "all") return send({ all: true, expected: target.n });
  const filter = Object.fromEntries(Object.entries(target.filters).filter(([, value]) => value));
  return send({ filter, expected: target.n });
}

/** The most that one request may name. */
const most = 200;

/** The rest could not be ended, because of `cause`; these were, and it was so many. */
export class EndedInPart extends Error {
  override readonly name = "EndedInPart";

  constructor(
    readonly sessions: Session[],
    readonly ended: number,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

async function endNamed(sessions: Session[]): Promise<number> {
  let ended = 0;
  for (let from = 0; from < sessions.length; from += most) {
    try {
      ended += await send({ sids: sessions.slice(from, from + most).map(({ sid }) => sid) });
    } catch (error) {
      if (from === 0 || !(error instanceof Error)) throw error;
      throw new EndedInPart(sessions.slice(0, from), ended, error);
    }
  }
  return ended;
}

async function send(body: SessionsToEnd): Promise<number> {
  return (await apiFetch<EndedCount>("/admin/sessions/end", { method: "POST", body })).ended;
}

/** How many it would be by now, where that is why nothing was ended; null otherwise. */
export function countNow(error: Error | null): number | null {
  if (!(error instanceof ApiError) || error.code !== "changed_meanwhile") return null;
  return typeof error.extra.now === "number" ? error.extra.now : null;
}
