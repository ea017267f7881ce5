/** A date on the calendar is the same everywhere: it is read and written in UTC. */
const long = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
});
const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** "Tue, 24 November" */
export function longDay(date: string): string {
  return date ? long.format(new Date(`${date}T00:00:00Z`)) : "";
}

/** "24 Nov" */
export function shortDay(date: string): string {
  return date ? short.format(new Date(`${date}T00:00:00Z`)) : "";
}
