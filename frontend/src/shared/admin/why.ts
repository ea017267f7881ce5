import { type AuditEvent, whyItHappened } from "../format/event.ts";
import { reasons } from "../format/reason.ts";
import { say } from "../words/words.ts";

/** Why a session ended, from an administrator's view; by its own name where it is new to the page. */
export function endedBecause(reason: string): string {
  const known = reasons.find((one) => one === reason);
  return known ? say(`admin.reasons.${known}`) : reason;
}

/** Why an event happened, from an administrator's view; "" where it does not tell. */
export function why({ name, detail }: Pick<AuditEvent, "name" | "detail">): string {
  return name === "session.ended" ? endedBecause(detail.reason ?? "") : whyItHappened({ name, detail });
}
