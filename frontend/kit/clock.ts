import { apiFetch } from "./apiFetch.ts";
import type { OwnSession } from "./contract.ts";
import { notForEver, send } from "./http.ts";
import { ApiError } from "./problem.ts";
import { askSession, endOf, session, sessionEnded } from "./session.ts";
import { createStore } from "./store.ts";
import { tell } from "./tabs.ts";
import { onThisDevice, serverNow } from "./time.ts";

/** The session will end soon by itself. */
export interface Expiry {
  /** Which limit it reaches. At `absolute` there is nothing to stay for: only signing in again. */
  limit: "idle" | "absolute";
  /** When, by the clock of this device. */
  at: Date;
  /** Whether it is one that was "kept signed in": to sign in again alike. */
  remember: boolean;
}

export const expiry = createStore<Expiry | null>(null);

const longestLead = 2 * 60_000;
const longestSleep = 60 * 60_000; // browsers count 24 days at most
const settles = 2_500; // a use is written within a second
const trembles = 1_500; // the difference of the clocks is estimated anew with each answer

/** The end that a person wants to hear no more of. */
let dismissed = 0;
let remembered = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let settling: ReturnType<typeof setTimeout> | undefined;
let looking = false;

/** Watches the session's limits, until what it returns is called. */
export function watchClock(): () => void {
  const leave = session.subscribe(arm);
  arm();
  return () => {
    leave();
    clearTimeout(timer);
    expiry.set(null);
  };
}

function current(): OwnSession | null {
  const now = session.get();
  return now.status === "signed_in" ? now.session : null;
}

function isLast(own: OwnSession): boolean {
  return Date.parse(own.absolute_expires_at) <= Date.parse(own.idle_expires_at);
}

/** How long before its end to warn: two minutes, or half of a limit that is shorter than four. */
function lead(own: OwnSession): number {
  const from = Date.parse(isLast(own) ? own.created_at : own.last_seen_at);
  return Math.min(longestLead, (endOf(own) - from) / 2);
}

/** Whether this end has been told, so that what comes next is the end itself. */
function told(own: OwnSession): boolean {
  return expiry.get() !== null || dismissed === endOf(own);
}

/** Sleeps until there is something to do. */
function arm(): void {
  if (looking) return;
  clearTimeout(timer);
  const own = current();
  if (!own) {
    expiry.set(null);
    return;
  }
  const left = endOf(own) - serverNow();
  if (left > lead(own)) expiry.set(null);
  else if (expiry.get()) warn(own); // the end has moved, and is near all the same
  const sleep = told(own) ? left : left - lead(own);
  timer = setTimeout(due, Math.min(Math.max(sleep, 0), longestSleep));
}

/**
 * By what this page knows, it is time to warn, or over. It may have been used meanwhile, in this tab
 * or in others, so the server is asked first.
 */
async function due(): Promise<void> {
  const before = current();
  if (!before) return;
  if (endOf(before) - serverNow() > (told(before) ? 0 : lead(before))) return arm(); // it was a long sleep
  looking = true;
  await readLimits();
  looking = false;
  const own = current();
  if (own) {
    const left = endOf(own) - serverNow();
    // Over by what is known of it, whether the server answers or not; if it was used all the same, the next
    // answer says so (isHere).
    if (left <= 0) sessionEnded(own.sid, "expired");
    else if (left <= lead(own)) warn(own);
  }
  arm();
}

function warn(own: OwnSession): void {
  const at = new Date(onThisDevice(endOf(own)));
  const limit = isLast(own) ? "absolute" : "idle";
  const before = expiry.get();
  if (before?.limit === limit && Math.abs(+before.at - +at) < trembles) return;
  expiry.set({ limit, at, remember: remembered });
}

type Limits = Pick<
  OwnSession,
  "sid" | "created_at" | "last_seen_at" | "idle_expires_at" | "absolute_expires_at"
>;

/**
 * Reads the limits as they are in the database. What /auth/session answers may come from a replica's
 * memory, which never holds a later limit than the real one, but may hold an earlier one.
 */
async function readLimits(): Promise<void> {
  try {
    const { sessions } = await send<{ sessions: (Limits & { remember: boolean })[] }>("/auth/sessions", {
      passive: true,
      signal: notForEver(),
    });
    const own = current();
    const mine = sessions.find(({ sid }) => sid === own?.sid);
    if (mine) remembered = mine.remember;
    if (mine) setLimits(mine);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) await askSession().catch(() => {});
  }
}

/** Takes limits that are known of a session; those of another one than this page shows are none of ours. */
export function setLimits(known: Pick<Limits, "sid"> & Partial<Limits>): void {
  const now = session.get();
  if (now.status !== "signed_in" || now.session.sid !== known.sid) return;
  const { created_at, last_seen_at, idle_expires_at, absolute_expires_at } = { ...now.session, ...known };
  const limits = { created_at, last_seen_at, idle_expires_at, absolute_expires_at };
  session.set({ ...now, session: { ...now.session, ...limits } });
}

/**
 * Stays signed in: a use, which slides the session, in all tabs. Resolves when the server has taken
 * it; rejects like apiFetch. Of no effect at the absolute limit.
 */
export async function stay(): Promise<void> {
  const before = current();
  if (!before) return;
  await apiFetch<unknown>("/auth/sessions");
  const idle = Date.parse(before.idle_expires_at) - Date.parse(before.last_seen_at);
  const now = serverNow();
  const end = Math.min(now + idle, Date.parse(before.absolute_expires_at));
  const last_seen_at = new Date(now).toISOString();
  const idle_expires_at = new Date(end).toISOString();
  setLimits({ sid: before.sid, last_seen_at, idle_expires_at });
  tell({ news: "used", sid: before.sid, last_seen_at, idle_expires_at });
  clearTimeout(settling);
  settling = setTimeout(readLimits, settles); // what was promised is what was written
}

/** Hears no more of this end. The session ends all the same. */
export function dismissExpiry(): void {
  const own = current();
  if (own) dismissed = endOf(own);
  expiry.set(null);
  arm();
}

/** Looks at the clock now: timers sleep while a device does. */
export function wakeClock(): void {
  if (current()) arm();
}

/** Nothing was told: where each test begins. */
export function forgetClock(): void {
  dismissed = 0;
  remembered = false;
  looking = false;
  clearTimeout(timer);
  clearTimeout(settling);
  expiry.set(null);
}
