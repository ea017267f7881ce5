import { say } from "../../shared/words/words.ts";

const loopback = new Set(["this computer", "localhost", "127.0.0.1", "[::1]", "::1"]);

export function isThisComputer(host: string): boolean {
  return loopback.has(host);
}

/** Where one is sent back to, in words; `host` is as the server tells it. */
export function wayBack(host: string): string {
  return isThisComputer(host) ? say("door.asked.app_here") : host;
}

/** The address to go on to. A scheme that runs something, such as `javascript:`, leads nowhere. */
export function goOnAddress(address: string): string {
  const { protocol, href } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") throw new Error(`${protocol} is no scheme to go on to`);
  return href;
}
