/** Times in words, in the time zone of the device. `now` is an argument: nothing here asks the clock. */
import { locale } from "../words/language.ts";
import { say } from "../words/words.ts";
import { day, hour, minute } from "./units.ts";

const clockForm = { hour: "2-digit", minute: "2-digit" } as const;
const dayForm = { day: "numeric", month: "long" } as const;
const exactForm = { ...dayForm, year: "numeric", ...clockForm, second: "2-digit" } as const;

/** Making a format is dear, and each is asked for again and again. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: Date, form: Intl.DateTimeFormatOptions): string {
  const name = `${locale()} ${Object.keys(form)}`;
  const found = formats.get(name) ?? new Intl.DateTimeFormat(locale(), form);
  formats.set(name, found);
  return found.format(at);
}

/** "24 November 2026, 14:02:11": what one sees on hover. */
export function exact(at: Date): string {
  return format(at, exactForm).replace(" at ", ", ");
}

/** "14:02" */
export function clock(at: Date): string {
  return format(at, clockForm);
}

/** "14:02:11" */
export function exactClock(at: Date): string {
  return format(at, { ...clockForm, second: "2-digit" });
}

/** "20 November", with the year where it is not this one. */
export function date(at: Date, now: Date): string {
  return format(at, at.getFullYear() === now.getFullYear() ? dayForm : { ...dayForm, year: "numeric" });
}

/** Whole days on the calendar from now until then: 0 today, -1 yesterday. */
function calendarDays(at: Date, now: Date): number {
  const midnight = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  return Math.round((midnight(at) - midnight(now)) / day);
}

function near(at: Date, now: Date): string | null {
  switch (calendarDays(at, now)) {
    case -1:
      return say("shared.time.yesterday");
    case 0:
      return say("shared.time.today");
    case 1:
      return say("shared.time.tomorrow");
    default:
      return null;
  }
}

/** "today, 13:57", "yesterday, 18:02", "20 November, 16:38" */
export function moment(at: Date, now: Date): string {
  return say("shared.time.moment", { day: near(at, now) ?? date(at, now), clock: clock(at) });
}

/** "14:02", and where that is not today with its day: "20 November, 16:38". */
export function clockOrMoment(at: Date, now: Date): string {
  return calendarDays(at, now) === 0 ? clock(at) : moment(at, now);
}

/** "today at 13:57": within a sentence. */
export function momentWithin(at: Date, now: Date): string {
  return say("shared.time.at", { day: near(at, now) ?? date(at, now), clock: clock(at) });
}

/** "today, 11:38", "on 12 November": for "Signed in …". */
export function since(at: Date, now: Date): string {
  const word = near(at, now);
  return word
    ? say("shared.time.moment", { day: word, clock: clock(at) })
    : say("shared.time.on", { date: date(at, now) });
}

/** "now", "3 minutes ago", "5 days ago" */
export function ago(at: Date, now: Date): string {
  const passed = now.getTime() - at.getTime();
  if (passed < minute) return say("shared.time.now");
  return say("shared.time.ago", { length: duration(passed) });
}

/** "just now", "3 minutes ago" */
export function justAgo(at: Date, now: Date): string {
  return now.getTime() - at.getTime() < minute ? say("shared.time.just_now") : ago(at, now);
}

/**
 * "in 30 minutes", from two hours on "in 12 hours", and from a day on "on 8 December". Minutes are rounded up,
 * hours down: it comes at most a minute sooner than is said.
 */
export function until(at: Date, now: Date): string {
  const left = at.getTime() - now.getTime();
  if (left <= 0) return say("shared.time.now");
  if (left >= day) return say("shared.time.on", { date: date(at, now) });
  if (left <= minute) return say("shared.time.in_a_minute");
  const minutes = Math.ceil(left / minute);
  const length =
    minutes < 120
      ? say("shared.time.minutes", { n: minutes })
      : say("shared.time.hours", { n: Math.floor(minutes / 60) });
  return say("shared.time.in", { length });
}

/** "30 minutes", "12 hours", "14 days": the largest unit that fits, rounded down. */
export function duration(milliseconds: number): string {
  if (milliseconds >= day) return say("shared.time.days", { n: Math.floor(milliseconds / day) });
  if (milliseconds >= hour) return say("shared.time.hours", { n: Math.floor(milliseconds / hour) });
  if (milliseconds >= minute) return say("shared.time.minutes", { n: Math.floor(milliseconds / minute) });
  return say("shared.time.seconds", { n: Math.max(0, Math.floor(milliseconds / 1000)) });
}

/**
 * The length of a limit, as it was configured: "30 minutes", "14 days", "90 minutes". The largest
 * unit in which it is a whole number; the seconds that two clocks differ by are forgiven.
 */
export function limit(milliseconds: number): string {
  const minutes = Math.round(milliseconds / minute);
  if (minutes >= 48 * 60 && minutes % (24 * 60) === 0)
    return say("shared.time.days", { n: minutes / (24 * 60) });
  if (minutes >= 60 && minutes % 60 === 0) return say("shared.time.hours", { n: minutes / 60 });
  return say("shared.time.minutes", { n: minutes });
}

/** How long to wait, for a Retry-After in seconds: "28 seconds", "3 minutes". Rounded up. */
export function wait(seconds: number): string {
  if (seconds < 100) return say("shared.time.seconds", { n: seconds });
  return say("shared.time.minutes", { n: Math.ceil(seconds / 60) });
}

/** The first letter in upper case, for the start of a line. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
