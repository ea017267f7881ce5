import { type AuditEvent, whyItHappened } from "../format/event.ts";
import { say } from "../words/words.ts";

const reasons = [
  "signed_out",
  "ended_by_user",
  "ended_by_admin",
  "password_changed",
  "account_changed",
  "reuse",
  "suspicious",
  "deleted",
] as const;

/** Why a session ended, from an administrator's view; by its own name where it is new to the page. */
export function endedBecause(reason: string): string {
  const known = reasons.find((one) => one === reason);
  return known ? say(`admin.reasons.${known}`) : reason;
}

/** Why an event happened, from an administrator's view; "" where it does not tell. */
export function why({ name, detail }: Pick<AuditEvent, "name" | "detail">): string {
  return name === "session.ended" ? endedBecause(detail.reason ?? "") : whyItHappened({ name, detail });
}
