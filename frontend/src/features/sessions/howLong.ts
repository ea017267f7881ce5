import { limit } from "../../shared/format/time.ts";
import type { Session } from "./api.ts";

/**
 * How long sessions live, read from those in the list: the limits are configured, and each row
 * carries its own.
 */
export function howLong(sessions: Session[]): string {
  const normal = sessions.find((session) => session.kind === "browser" && !session.remember);
  const kept = sessions.find((session) => session.kind === "browser" && session.remember);
  if (normal) {
    const rest = kept ? `; kept signed in, after ${idle(kept, sessions)} and ${life(kept)}` : "";
    return `A session ends by itself after ${idle(normal, sessions)} without use, ${life(normal)} in all${rest}.`;
  }
  if (kept)
    return `A session that is kept signed in ends by itself after ${idle(kept, sessions)} without use, ${life(kept)} in all.`;
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
