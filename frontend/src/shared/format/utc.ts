/** "2026-11-24 14:02:11.408": in UTC, to the millisecond, alike in every language. */
export function utc(at: Date): string {
  return at.toISOString().slice(0, 23).replace("T", " ");
}

/** "14:02:11.408", and with its day where that is not today in UTC. */
export function utcNear(at: Date, now: Date): string {
  const said = utc(at);
  return said.startsWith(utc(now).slice(0, 10)) ? said.slice(11) : said;
}
