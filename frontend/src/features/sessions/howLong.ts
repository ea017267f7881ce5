import { limit } from "../../shared/format/time.ts";
import { say } from "../../shared/words/words.ts";
import type { Session } from "./api.ts";

/**
 * How long sessions live, read from those in the list: the limits are configured, and each row
 * carries its own.
 */
export function howLong(sessions: Session[]): string {
  const normal = sessions.find((session) => session.kind === "browser" && !session.remember);
  const kept = sessions.find((session) => session.kind === "browser" && session.remember);
  if (normal) {
    const limits = { idle: idle(normal, sessions), life: life(normal) };
    if (!kept) return say("account.sessions.how_long", limits);
    return say("account.sessions.how_long_both", {
      ...limits,
      keptIdle: idle(kept, sessions),
      keptLife: life(kept),
    });
  }
  if (kept) return say("account.sessions.how_long_kept", { idle: idle(kept, sessions), life: life(kept) });
  return "";
}

/** The idle timeout never reaches past the absolute end, so the longest of its sort is the whole one. */
function idle(one: Session, all: Session[]): string {
  const same = all.filter((session) => session.kind === one.kind && session.remember === one.remember);
  return limit(
    Math.max(
      ...same.map((session) => Date.parse(session.idle_expires_at) - Date.parse(session.last_seen_at)),
    ),
  );
}

function life(session: Session): string {
  return limit(Date.parse(session.absolute_expires_at) - Date.parse(session.created_at));
}
