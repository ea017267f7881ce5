/** Times in words, in the time zone of the device. `now` is an argument: nothing here asks the clock. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const dayYearFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const exactFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** "24 November 2026, 14:02:11": what one sees on hover. */
export function exact(at: Date): string {
  return exactFormat.format(at).replace(" at ", ", ");
}

/** "14:02" */
export function clock(at: Date): string {
  return clockFormat.format(at);
}

/** "20 November", with the year where it is not this one. */
export function date(at: Date, now: Date): string {
  return (at.getFullYear() === now.getFullYear() ? dayFormat : dayYearFormat).format(at);
}

/** Whole days on the calendar from now until then: 0 today, -1 yesterday. */
function calendarDays(at: Date, now: Date): number {
  const midnight = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  return Math.round((midnight(at) - midnight(now)) / day);
}

const near: Record<number, string> = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };

/** "today, 13:57", "yesterday, 18:02", "20 November, 16:38" */
export function moment(at: Date, now: Date): string {
  return `${near[calendarDays(at, now)] ?? date(at, now)}, ${clock(at)}`;
}

/** "today, 11:38", "on 12 November": for "Signed in …". */
export function since(at: Date, now: Date): string {
  const word = near[calendarDays(at, now)];
  return word ? `${word}, ${clock(at)}` : `on ${date(at, now)}`;
}

/** "now", "3 minutes ago", "5 days ago" */
export function ago(at: Date, now: Date): string {
  const passed = now.getTime() - at.getTime();
  if (passed < minute) return "now";
  return `${duration(passed)} ago`;
}

/** "in 30 minutes", "in 12 hours", and from a day on "on 8 December". Rounded up, never late. */
export function until(at: Date, now: Date): string {
  const left = at.getTime() - now.getTime();
  if (left <= 0) return "now";
  if (left >= day) return `on ${date(at, now)}`;
  if (left <= minute) return "in a minute";
  return left <= 90 * minute
    ? `in ${count(Math.ceil(left / minute), "minute")}`
    : `in ${count(Math.round(left / hour), "hour")}`;
}

/** "30 minutes", "12 hours", "14 days": the largest unit that fits, rounded down. */
export function duration(milliseconds: number): string {
  const steps = [
    [day, "day"],
    [hour, "hour"],
    [minute, "minute"],
    [1000, "second"],
  ] as const;
  for (const [size, unit] of steps) {
    if (milliseconds >= size) return count(Math.floor(milliseconds / size), unit);
  }
  return count(0, "second");
}

/**
 * The length of a limit, as it was configured: "30 minutes", "14 days", "90 minutes". The largest
 * unit in which it is a whole number; the seconds that two clocks differ by are forgiven.
 */
export function limit(milliseconds: number): string {
  const minutes = Math.round(milliseconds / minute);
  if (minutes >= 48 * 60 && minutes % (24 * 60) === 0) return count(minutes / (24 * 60), "day");
  if (minutes >= 60 && minutes % 60 === 0) return count(minutes / 60, "hour");
  return count(minutes, "minute");
}

/** How long to wait, for a Retry-After in seconds: "28 seconds", "3 minutes". Rounded up. */
export function wait(seconds: number): string {
  if (seconds < 100) return count(seconds, "second");
  return count(Math.ceil(seconds / 60), "minute");
}

/** "1 session", "4 sessions" */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`;
}

const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** A number as one would write it in a sentence: "five", "23". */
export function inWords(n: number): string {
  return words[n] ?? n.toLocaleString("en-GB");
}

/** The first letter in upper case, for the start of a line. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
