import type { Ended, OwnSession, Reason } from "vestibule-kit";
import { say } from "../words/words.ts";
import { limit as lengthOf, momentWithin } from "./time.ts";

/** Why a session ends before its time. */
export const reasons = [
  "signed_out",
  "ended_by_user",
  "ended_by_admin",
  "password_changed",
  "account_changed",
  "reuse",
  "suspicious",
  "deleted",
] as const satisfies Reason[];
const known = new Set<string>(reasons);
type Told = (typeof reasons)[number];

/** One sentence for the list of what ended lately, from its owner's view. */
export function endedLately(reason: string): string {
  return say(`shared.ended.${known.has(reason) ? (reason as Told) : "other"}`);
}

/** Whether a person should wonder who it was. */
export function isAlarming(reason: string): boolean {
  return reason === "reuse" || reason === "suspicious";
}

type Why = Pick<Ended, "reason" | "at" | "session" | "limit">;

/** What to say on the page of a session that has just ended: what happened, and who it was. */
export function signedOutBecause({ reason, at, session, limit }: Why, now: Date): string {
  if (reason === "expired") return reached(limit, session);
  const told = reason !== null && known.has(reason) ? reason : "other";
  return say(`shared.over.${told}`, { when: momentWithin(at, now) });
}

function reached(limit: Ended["limit"], session: OwnSession): string {
  const between = (from: string, to: string) => lengthOf(Date.parse(to) - Date.parse(from));
  return limit === "absolute"
    ? say("shared.over.absolute", { life: between(session.created_at, session.absolute_expires_at) })
    : say("shared.over.idle", { idle: between(session.last_seen_at, session.idle_expires_at) });
}

/** Whether to add what to do if it was someone else. */
export function mayBeSomeoneElse(reason: Reason | null): boolean {
  return reason === "ended_by_user" || reason === "signed_out" || isAlarming(reason ?? "");
}
