import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Limits, Reason } from "../format/reason.ts";
import type * as contract from "./contract.ts";
import { send } from "./http.ts";
import { ApiError } from "./problem.ts";
import { createStore } from "./store.ts";

export type User = contract.User;

export type OwnSession = contract.OwnSession;

/** GET /auth/session, and what signing in answers. */
export type Who = contract.Who;

/** The session that this page showed is over. Nothing of it stays on the screen. */
export interface Ended {
  reason: Reason | null;
  at: Date;
  limits: Limits | null;
}

export const ended = createStore<Ended | null>(null);

/** Whom this page shows. A request is only repeated for the same person. */
let known: Who | null = null;
/** Someone is signing out here: the news that the session ended is no news. */
let leaving = false;

/** Nobody has been here yet: where each test begins. */
export function forgetWho(): void {
  known = null;
  leaving = false;
  ended.set(null);
}

/** Somebody is signed in on this page, from now on. */
export function signedInAs(who: Who): void {
  known = who;
  leaving = false;
  ended.set(null);
}

/** This page signs out by itself: what /auth/live tells about it is not shown. */
export function aboutToSignOut(): void {
  leaving = true;
}

/** The sign-out did not happen after all. */
export function stayedSignedIn(): void {
  leaving = false;
}

/** The session ended elsewhere. The first reason that is known stays, and a known one replaces none. */
export function sessionEnded(reason: Reason | null, at = new Date()): void {
  if (!known || leaving) return;
  const before = ended.get();
  if (before && (before.reason || !reason)) return;
  ended.set({ reason, at: before?.at ?? at, limits: limits(known.session) });
}

function limits(session: OwnSession): Limits {
  return {
    created: Date.parse(session.created_at),
    lastSeen: Date.parse(session.last_seen_at),
    idleEnd: Date.parse(session.idle_expires_at),
    absoluteEnd: Date.parse(session.absolute_expires_at),
  };
}

/** Asks who is signed in; null is nobody. It never slides the session. */
export async function askSession(signal?: AbortSignal): Promise<Who | null> {
  try {
    const who = await send<Who>("/auth/session", { passive: true, ...(signal && { signal }) });
    if (known && known.user.id !== who.user.id)
      sessionEnded(null); // someone else signed in here
    else if (!ended.get() && !leaving) known = who;
    return who;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    sessionEnded(null);
    return null;
  }
}

let asking: Promise<Who | null> | null = null;

/**
 * Whether the session lives and is still the same person's. However many requests ask at once, one
 * question goes out. Rejects where there is no answer: no answer is not "ended".
 */
export async function sessionLives(): Promise<boolean> {
  const before = known?.user.id;
  asking ??= askSession().finally(() => {
    asking = null;
  });
  const who = await asking;
  return who !== null && (before === undefined || who.user.id === before);
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => askSession(signal),
  staleTime: 30_000,
});

export function useSession() {
  return useQuery(sessionQuery);
}

/** Who is signed in, for what is only drawn when somebody is. */
export function useWho(): Who {
  const { data } = useSession();
  if (!data) throw new Error("useWho is for pages that stand behind SessionGate");
  return data;
}
