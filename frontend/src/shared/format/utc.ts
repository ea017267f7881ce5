/** "2026-11-24 14:02:11.408": in UTC, to the millisecond, alike in every language. */
export function utc(at: Date): string {
  return at.toISOString().slice(0, 23).replace("T", " ");
}
