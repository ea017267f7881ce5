/** What to add to this device's clock to have the server's, in milliseconds. */
let ahead = 0;

/**
 * Estimates how far apart the two clocks are, from an answer's Date and the time at which it was asked
 * for. Date has whole seconds and the answer was some time on its way, so it is right to about a second;
 * an answer that took longer than five says nothing. Clocks that seem to be less than a second apart agree:
 * what is nearer can't be told.
 */
export function heardTime(date: string | null, asked: number): void {
  const now = Date.now();
  const said = Date.parse(date ?? "");
  if (now - asked >= 5_000 || !said) return;
  const apart = said + 500 - (asked + now) / 2;
  ahead = Math.abs(apart) < 1_000 ? 0 : apart;
}

/** The server's time, as well as this page knows it, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** A time of the server's, by the clock of this device: what a countdown counts to. */
export function onThisDevice(serverTime: number): number {
  return serverTime - ahead;
}

/** The clocks are taken to agree: where each test begins. */
export function forgetTime(): void {
  ahead = 0;
}
