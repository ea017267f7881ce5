import type { Credentials, OwnSession, Reason, User, Who } from "./contract.ts";
import { drafts, dropDrafts } from "./drafts.ts";
import { notForEver, send } from "./http.ts";
import { ApiError, NetworkError } from "./problem.ts";
import { createStore } from "./store.ts";
import { tell } from "./tabs.ts";
import { serverNow } from "./time.ts";

// A page has one cookie, so it has one session: what is here is the page's, and no component's.

/** The session that this page showed is over. */
export interface Ended {
  /** Null where only the end is known; the reason may come a moment later. */
  reason: Reason | null;
  /** When this page learned of it, by the clock of this device. */
  at: Date;
  /** The session as it was last known. */
  session: OwnSession;
  /** Which limit was nearer, by the server's clock. With the reason `expired`, the one that was reached. */
  limit: "idle" | "absolute";
  /** Something that was typed is kept for the same person (see useDraft). */
  unsaved: boolean;
  /** Someone else has signed in in this browser since: nothing is kept. */
  someoneElse: boolean;
}

/** What a page knows of who is here. */
export type Session =
  /** Asked, and not answered yet. */
  | { status: "loading" }
  /** It could not be had. That nobody answers is not "signed out". */
  | { status: "failed"; error: Error }
  | { status: "signed_in"; user: User; session: OwnSession }
  /** Nobody is here. `ended` where someone was, on this page. */
  | { status: "signed_out"; ended: Ended | null };

export const session = createStore<Session>({ status: "loading" });

/** Whom this page is for. A request is repeated, and a draft given back, for the same person only. */
let person: string | null = null;
/** Counts changes: an answer to a question from before one is not believed. */
let turn = 0;
/** This page ends its session by itself, so the news of that is none; whether there was some. */
let leaving: { heard: boolean } | null = null;
let asking: Promise<void> | null = null;
let askedAt = 0;
const enders = new Set<() => void>();

/**
 * Calls `drop` each time a session ends on this page, and each time another person comes: for caches,
 * and whatever else a later person must not see. Returns what takes that back.
 */
export function onEnd(drop: () => void): () => void {
  enders.add(drop);
  return () => enders.delete(drop);
}

function become(next: Session, drop: boolean): void {
  turn++;
  session.set(next);
  if (!drop) return;
  for (const ender of [...enders]) {
    try {
      ender();
    } catch (error) {
      reportError(error); // whoever failed keeps nobody else from dropping theirs
    }
  }
}

/** Someone is signed in on this page from now on: for doors of an app's own. The other tabs are told. */
export function signedInAs(who: Who): void {
  arrive(who);
  tell({ news: "signed_in", sid: who.session.sid });
}

function arrive({ user, session: own }: Who): void {
  const other = person !== null && person !== user.id;
  if (other) dropDrafts();
  person = user.id;
  leaving = null;
  become({ status: "signed_in", user, session: own }, other);
}

/** A session ended elsewhere. Of another one than this page shows, it is no news. */
export function sessionEnded(sid: string, reason: Reason | null): void {
  const now = session.get();
  if (now.status === "signed_in" && now.session.sid === sid) {
    if (leaving) leaving.heard = true;
    else end(now.session, reason);
  } else if (now.status === "signed_out" && now.ended?.session.sid === sid && !now.ended.reason && reason) {
    become({ ...now, ended: { ...now.ended, reason } }, false);
  }
}

/** Two clocks differ a little: of two limits, one that is within a minute is the one that was reached. */
const aMinute = 60_000;
/** And what is found to be over that shortly before its limit has reached it (see heardTime). */
const aMoment = 2_000;

function end(own: OwnSession, told: Reason | null, someoneElse = false): void {
  if (someoneElse) dropDrafts();
  const reason = told ?? (!someoneElse && endOf(own) - serverNow() < aMoment ? "expired" : null);
  const kept = { unsaved: drafts.get().size > 0, someoneElse };
  const limit = Date.parse(own.absolute_expires_at) - serverNow() < aMinute ? "absolute" : "idle";
  become({ status: "signed_out", ended: { reason, at: new Date(), session: own, limit, ...kept } }, true);
}

/**
 * Asks who is signed in, and believes it; however many ask at once, one question goes out. It never
 * slides the session. Rejects where there is no answer: no answer is not "ended".
 */
export function askSession(): Promise<void> {
  asking ??= look().finally(() => {
    asking = null;
  });
  return asking;
}

/** Asks anew where the last answer is older than that, in milliseconds. What fails is left as it was. */
export function freshen(age: number): void {
  if (Date.now() - askedAt > age) askSession().catch(() => {});
}

/** The cookie has changed: an answer that is under way may be about the one before. */
export function askAgain(): void {
  (asking ?? Promise.resolve())
    .catch(() => {})
    .then(askSession)
    .catch(() => {});
}

async function look(): Promise<void> {
  const from = turn;
  askedAt = Date.now();
  try {
    const who = await send<Who | undefined>("/auth/session", { passive: true, signal: notForEver() });
    if (!who) throw new NetworkError("unreachable"); // something else answers in its place
    if (turn === from && !leaving) isHere(who);
    // It ended meanwhile, here: who came instead is still the question.
    else if (session.get().status === "signed_out" && !leaving) await look();
  } catch (error) {
    if (turn !== from || leaving) return;
    if (error instanceof ApiError && error.status === 401) return isNobody();
    const now = session.get();
    if (now.status === "loading" || now.status === "failed")
      session.set({ status: "failed", error: error as Error });
    throw error;
  }
}

function isHere(who: Who): void {
  const now = session.get();
  const same = person === null || person === who.user.id;
  if (now.status === "signed_in") {
    if (same) session.set({ status: "signed_in", ...who });
    else end(now.session, null, true);
  } else if (now.status === "signed_out" && now.ended) {
    const lives = now.ended.reason === "expired" && endOf(who.session) > serverNow();
    // Another replica may know of an end a moment later than this page does. An end that was worked out
    // from limits is one unless they are later than this page knew.
    if (who.session.sid === now.ended.session.sid && !lives) return;
    if (same) arrive(who);
    else if (!now.ended.someoneElse) {
      dropDrafts();
      become({ ...now, ended: { ...now.ended, unsaved: false, someoneElse: true } }, true);
    }
  } else {
    arrive(who);
  }
}

function isNobody(): void {
  const now = session.get();
  if (now.status === "signed_in") end(now.session, null);
  else if (now.status !== "signed_out") become({ status: "signed_out", ended: null }, false);
}

/** The earlier of a session's two limits, in milliseconds since 1970 by the server's clock. */
export function endOf(own: OwnSession): number {
  return Math.min(Date.parse(own.idle_expires_at), Date.parse(own.absolute_expires_at));
}

/** Whom requests are made for, now. */
export function personNow(): string | null {
  return person;
}

/** Whether someone is signed in and is that person. */
export function isHereStill(by: string | null): boolean {
  return session.get().status === "signed_in" && person === by;
}

/**
 * Waits at the door, after an end. True when the same person has signed in again, false when someone
 * else has, or they chose to leave.
 */
export function signedInAgain(by: string, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const now = session.get();
      const waits = now.status === "signed_out" && now.ended !== null && !now.ended.someoneElse;
      if (signal?.aborted) reject(signal.reason);
      else if (waits) return;
      else resolve(isHereStill(by));
      leave();
      signal?.removeEventListener("abort", look);
    };
    const leave = session.subscribe(look);
    signal?.addEventListener("abort", look);
    look();
  });
}

/**
 * Signs in, in place: the page stays as it is. The session that the cookie named ends, which is no news
 * on this page. Where the same person was signed in, their drafts are given back; where someone else
 * was, everything of theirs is dropped first. Rejects with ApiError (`invalid_credentials`,
 * `mfa_required`, `rate_limited`…) or NetworkError; then nothing has changed.
 */
export function signIn({ email, password, remember = false }: Credentials): Promise<Who> {
  return byItself(async () => {
    const body = { email, password, remember };
    const who = await send<Who>("/auth/login", { method: "POST", body });
    signedInAs(who);
    return who;
  });
}

/**
 * Signs out on this device, and drops everything, drafts too. A session that was over already is
 * signed out as well. Rejects where the server did not do it; then nothing has changed.
 */
export function signOut(): Promise<void> {
  return byItself(async () => {
    await send<void>("/auth/logout", { method: "POST" }).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    });
    const now = session.get();
    if (now.status === "signed_in") tell({ news: "ended", sid: now.session.sid, reason: "signed_out" });
    person = null;
    dropDrafts();
    become({ status: "signed_out", ended: null }, true);
  });
}

async function byItself<T>(work: () => Promise<T>): Promise<T> {
  const own = { heard: false };
  leaving = own;
  try {
    return await work();
  } catch (error) {
    if (own.heard) queueMicrotask(askAgain); // it ended all the same: then that was news
    throw error;
  } finally {
    leaving = null;
  }
}

/** Nobody has been here yet: where each test begins. */
export function forgetSession(): void {
  person = null;
  leaving = null;
  asking = null;
  askedAt = 0;
  dropDrafts();
  become({ status: "loading" }, false);
}
