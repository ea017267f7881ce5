import type * as contract from "../api/contract.ts";
import { limit, moment } from "./time.ts";

/** Why a session ended, as the contract names it. `expired` is told to open pages only. */
export type Reason = contract.Reason;

/** One sentence for the list of what ended lately, from its owner's view. */
export function endedLately(reason: string): string {
  switch (reason) {
    case "signed_out":
      return "You signed out there.";
    case "ended_by_user":
      return "Ended by you.";
    case "ended_by_admin":
      return "Ended by an administrator.";
    case "password_changed":
      return "Ended when you changed your password.";
    case "account_changed":
      return "Ended when your account was changed.";
    case "reuse":
      return "Ended because a used refresh token came back: someone may have copied it.";
    case "suspicious":
      return "Ended because it looked suspicious.";
    case "deleted":
      return "Ended by the operator.";
    default:
      return "Ended.";
  }
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
  const when = moment(at, now).replace(", ", " at ");
  switch (reason) {
    case "signed_out":
      return `You signed out in another tab, ${when}.`;
    case "ended_by_user":
      return `You ended this session from another device, ${when}.`;
    case "ended_by_admin":
      return `An administrator ended this session, ${when}.`;
    case "password_changed":
      return `You changed your password on another device, ${when}: that ends every other session.`;
    case "account_changed":
      return `Your account was changed, ${when}: that ends every session.`;
    case "reuse":
      return `This session ended, ${when}, because a used refresh token came back.`;
    case "suspicious":
      return `This session ended, ${when}, because it looked suspicious.`;
    case "deleted":
      return `The operator ended this session, ${when}.`;
    case "expired":
      return expired(at, limits);
    default:
      return `This session has ended, ${when}.`;
  }
}

/** Clocks differ a little: a limit that is within a minute has been reached. */
function expired(at: Date, limits: Limits | null): string {
  if (!limits) return "This session reached its limit.";
  const absolute = limits.absoluteEnd - at.getTime() < 60_000;
  if (absolute)
    return `This session was open for ${limit(limits.absoluteEnd - limits.created)}, the longest that one lasts.`;
  return `This session was not used for ${limit(limits.idleEnd - limits.lastSeen)}.`;
}

/** Whether to add what to do if it was someone else. */
export function mayBeSomeoneElse(reason: Reason | null): boolean {
  return reason === "ended_by_user" || reason === "signed_out" || isAlarming(reason ?? "");
}
