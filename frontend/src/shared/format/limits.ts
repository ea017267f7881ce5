import { say } from "../words/words.ts";
import { date, limit, moment, until } from "./time.ts";
import { day, minute } from "./units.ts";

/** The two limits of a session, as the contract sends them. */
export interface TwoLimits {
  created_at: string;
  idle_expires_at: string;
  absolute_expires_at: string;
}

/** When a session ends by itself, in words. */
export interface EndsByItself {
  /** "in 30 minutes if not used", "on 8 December" */
  when: string;
  /** "today, 23:38 at the latest" */
  latest: string;
  /** Within its last five minutes. */
  soon: boolean;
}

export function endsByItself(session: TwoLimits, now: Date): EndsByItself {
  const idle = new Date(session.idle_expires_at);
  const absolute = new Date(session.absolute_expires_at);
  const soon = Math.min(idle.getTime(), absolute.getTime()) - now.getTime() <= 5 * minute;
  const left = absolute.getTime() - now.getTime();
  if (idle.getTime() < absolute.getTime() - minute) {
    const latest = left > 31 * day ? date(absolute, now) : moment(absolute, now);
    return {
      when: say("shared.limits.if_not_used", { when: until(idle, now) }),
      latest: say("shared.limits.latest", { moment: latest }),
      soon,
    };
  }
  const life = limit(absolute.getTime() - Date.parse(session.created_at));
  if (left >= day) {
    return {
      when: say("shared.time.on", { date: moment(absolute, now) }),
      latest: say("shared.limits.when_over", { life }),
      soon,
    };
  }
  const over = say("shared.limits.moment_when_over", { moment: moment(absolute, now), life });
  return { when: until(absolute, now), latest: over, soon };
}
