import type * as contract from "../api/contract.ts";
import { say } from "../words/words.ts";
import { limit, momentWithin } from "./time.ts";

/** Why a session ended, as the contract names it. `expired` is told to open pages only. */
export type Reason = contract.Reason;

const reasons = new Set<string>([
  "signed_out",
  "ended_by_user",
  "ended_by_admin",
  "password_changed",
  "account_changed",
  "reuse",
  "suspicious",
  "deleted",
] satisfies Reason[]);
type Told = Exclude<Reason, "expired">;

/** One sentence for the list of what ended lately, from its owner's view. */
export function endedLately(reason: string): string {
  return say(`shared.ended.${reasons.has(reason) ? (reason as Told) : "other"}`);
}

/** Whether a person should wonder who it was. */
export function isAlarming(reason: string): boolean {
  return reason === "reuse" || reason === "suspicious";
}

/** What a page knew of its session when it ended. Times in milliseconds since 1970. */
export interface Limits {
  lastSeen: number;
  idleEnd: number;
  absoluteEnd: number;
  created: number;
}

/** What to say on the page of a session that has just ended: what happened, and who it was. */
export function signedOutBecause(reason: Reason | null, at: Date, now: Date, limits: Limits | null): string {
  if (reason === "expired") return expired(at, limits);
  const told = reason !== null && reasons.has(reason) ? reason : "other";
  return say(`shared.over.${told}`, { when: momentWithin(at, now) });
}

/** Clocks differ a little: a limit that is within a minute has been reached. */
function expired(at: Date, limits: Limits | null): string {
  if (!limits) return say("shared.over.limit");
  const absolute = limits.absoluteEnd - at.getTime() < 60_000;
  if (absolute) return say("shared.over.absolute", { life: limit(limits.absoluteEnd - limits.created) });
  return say("shared.over.idle", { idle: limit(limits.idleEnd - limits.lastSeen) });
}

/** Whether to add what to do if it was someone else. */
export function mayBeSomeoneElse(reason: Reason | null): boolean {
  return reason === "ended_by_user" || reason === "signed_out" || isAlarming(reason ?? "");
}
