import { date, limit, moment, until } from "./time.ts";

/** The two limits of a session, as the contract sends them. */
export interface TwoLimits {
  created_at: string;
  idle_expires_at: string;
  absolute_expires_at: string;
}

/** When a session ends by itself, in words. */
export interface EndsByItself {
  /** "in 30 minutes", "on 8 December" */
  when: string;
  /** Whether using it puts that off. */
  ifNotUsed: boolean;
  /** "today, 23:38 at the latest" */
  latest: string;
  /** Within its last five minutes. */
  soon: boolean;
}

const minute = 60_000;
const day = 24 * 60 * minute;

export function endsByItself(session: TwoLimits, now: Date): EndsByItself {
  const idle = new Date(session.idle_expires_at);
  const absolute = new Date(session.absolute_expires_at);
  const soon = Math.min(idle.getTime(), absolute.getTime()) - now.getTime() <= 5 * minute;
  if (idle.getTime() < absolute.getTime() - minute) {
    return {
      when: until(idle, now),
      ifNotUsed: true,
      latest: `${absolute.getTime() - now.getTime() > 31 * day ? date(absolute, now) : moment(absolute, now)} at the latest`,
      soon,
    };
  }
  const life = limit(absolute.getTime() - Date.parse(session.created_at));
  const far = until(absolute, now).startsWith("on ");
  return {
    when: far ? `on ${moment(absolute, now)}` : until(absolute, now),
    ifNotUsed: false,
    latest: far ? `when its ${life} are over` : `${moment(absolute, now)}, when its ${life} are over`,
    soon,
  };
}
