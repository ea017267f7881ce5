import type * as contract from "../api/contract.ts";
import { say, type Words } from "../words/words.ts";
import { clientName, deviceName } from "./device.ts";
import { endedLately } from "./reason.ts";

/** An audit event, as the server tells it to whom it concerns. */
export type AuditEvent = contract.Event;
/** What its words are made of. A name that is new to the page is a text like any other. */
type Told = { name: string; detail: contract.EventDetail };

type About = Words["shared"]["events"];
/** The events that have words without arguments. */
type Plain = { [Key in keyof About]: About[Key] extends `${string}{${string}` ? never : Key }[keyof About];
type Of<Argument extends string> = {
  [Key in keyof About]: About[Key] extends `${string}{${Argument}}${string}` ? Key : never;
}[keyof About];

const plain: Record<string, Plain> = {
  "user.registered": "user_registered",
  "user.unlocked": "user_unlocked",
  "user.disabled": "user_disabled",
  "user.enabled": "user_enabled",
  "sign_in.failed": "sign_in_failed",
  "sign_in.limited": "sign_in_limited",
  "session.created": "session_created",
  "session.ended": "session_ended",
  "session.rotated": "session_rotated",
  "step_up.passed": "step_up_passed",
  "step_up.failed": "step_up_failed",
  "password.changed": "password_changed",
  "password.refused": "password_refused",
  "key.created": "key_created",
  "key.retired": "key_retired",
  "key.revoked": "key_revoked",
  "key.resealed": "key_resealed",
  "sessions.ended": "sessions_ended",
  "events.exported": "events_exported",
};

const ofClient: Record<string, Of<"client">> = {
  "session.created": "session_created_client",
  "approval.granted": "approval_granted",
  "approval.denied": "approval_denied",
  "authorization_code.reused": "authorization_code_reused",
  "refresh_token.reused": "refresh_token_reused",
};

/** The names of the events that the page has words for. */
export const eventNames = [...new Set([...Object.keys(plain), ...Object.keys(ofClient), "role.changed"])];

/**
 * What happened, in words: "Signed in", "Session of Firefox on Windows ended". The name of the event
 * where it is new to the page.
 */
export function whatHappened({ name, detail }: Told): string {
  if (name === "role.changed")
    return say("shared.events.role_changed", { role: roleName(String(detail.role ?? "")) });
  if (name === "session.ended" && detail.device)
    return say("shared.events.session_ended_of", { device: deviceName(detail.device, detail) });
  if (name === "sessions.ended" && detail.n !== undefined)
    return say("shared.events.sessions_ended_n", { n: detail.n });
  const client = clientName(detail);
  if (client && ofClient[name]) return say(`shared.events.${ofClient[name]}`, { client });
  return plain[name] ? say(`shared.events.${plain[name]}`) : name;
}

const because = ["wrong_password", "unknown_account", "disabled", "step_up", "password_changed"] as const;

/** Why it happened, as far as the event tells; "" where it does not. */
export function whyItHappened({ name, detail }: Told): string {
  if (name === "session.ended") return endedLately(detail.reason ?? "");
  if (name === "session.created" && detail.remember === true) return say("shared.event_reasons.remember");
  const reason = because.find((known) => known === (detail.reason ?? detail.because));
  return reason ? say(`shared.event_reasons.${reason}`) : "";
}

/** "Administrator", "Member"; a role that is new to the page by its own name. */
export function roleName(role: string): string {
  return role === "admin" || role === "user" ? say(`shared.roles.${role}`) : role;
}
