import type { OwnSession, Reason } from "vestibule-kit";
import { say } from "../words/words.ts";
import { limit, momentWithin } from "./time.ts";

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

/** What to say on the page of a session that has just ended: what happened, and who it was. */
export function signedOutBecause(reason: Reason | null, at: Date, now: Date, session: OwnSession): string {
  if (reason === "expired") return expired(at, session);
  const told = reason !== null && reasons.has(reason) ? reason : "other";
  return say(`shared.over.${told}`, { when: momentWithin(at, now) });
}

/** Clocks differ a little: a limit that is within a minute has been reached. */
function expired(at: Date, session: OwnSession): string {
  const end = Date.parse(session.absolute_expires_at);
  if (end - at.getTime() < 60_000)
    return say("shared.over.absolute", { life: limit(end - Date.parse(session.created_at)) });
  const idle = Date.parse(session.idle_expires_at) - Date.parse(session.last_seen_at);
  return say("shared.over.idle", { idle: limit(idle) });
}

/** Whether to add what to do if it was someone else. */
export function mayBeSomeoneElse(reason: Reason | null): boolean {
  return reason === "ended_by_user" || reason === "signed_out" || isAlarming(reason ?? "");
}
