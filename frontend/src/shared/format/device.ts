import type * as contract from "../api/contract.ts";
import { say } from "../words/words.ts";

/** What a session was made with, as the server tells it. */
export type Device = contract.Device;

/** The client that holds a session, where one does: how it is configured, and what people call it. */
export type HeldBy = Pick<contract.EventDetail, "client_id" | "client_name">;

/** "Firefox on Windows", "Safari on iPhone", "Vestibule CLI on Linux". Never a raw user agent. */
export function deviceName(device: Device, client: HeldBy = {}): string {
  const what = clientName(client) || device.browser;
  const where = place(device);
  if (what && where) return say("shared.device.at", { what, where });
  return what || where || say("shared.device.unknown");
}

/** "Vestibule CLI"; "" where it is no client's. */
export function clientName(client: HeldBy): string {
  return client.client_name || guessed(client.client_id ?? "");
}

function place({ os, type }: Device): string {
  if (os === "iOS") return type === "tablet" ? "iPad" : "iPhone";
  if (os === "Android" && type === "tablet") return say("shared.device.android_tablet");
  return os === "CrOS" ? "ChromeOS" : os;
}

/** What people may call `vestibule-cli`, where no name came with it: "Vestibule CLI". */
function guessed(id: string): string {
  return id
    .split(/[-_]/)
    .filter(Boolean)
    .map((part) =>
      /^(cli|api|sdk)$/.test(part) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join(" ");
}
