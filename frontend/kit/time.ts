/** What to add to this device's clock to have the server's, in milliseconds. */
let ahead = 0;

/**
 * Estimates how far apart the two clocks are, from an answer's Date and the time at which it was asked
 * for. Date has whole seconds, of which servers make a new one once a second, and the answer was some time on
 * its way: it is right to about a second; an answer that took longer than five says nothing. Where they may agree, they do.
 */
export function heardTime(date: string | null, asked: number): void {
  const now = Date.now();
  const said = Date.parse(date ?? "");
  if (now - asked >= 5_000 || !said) return;
  const [least, most] = [said - now, said + 2_000 - asked];
  ahead = least <= 0 && most >= 0 ? 0 : (least + most) / 2;
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
