/** What a session was made with, as the server tells it. */
export interface Device {
  browser: string;
  os: string;
  type: "desktop" | "phone" | "tablet" | "client" | "unknown";
}

/** "Firefox on Windows", "Safari on iPhone", "Chrome on an Android tablet". Never a raw user agent. */
export function deviceName(device: Device, clientId = ""): string {
  const what = clientName(clientId) || device.browser;
  const where = place(device);
  if (what && where) return `${what} on ${where}`;
  return what || where || "Unknown device";
}

function place({ os, type }: Device): string {
  if (os === "iOS") return type === "tablet" ? "iPad" : "iPhone";
  if (os === "Android" && type === "tablet") return "an Android tablet";
  return os === "CrOS" ? "ChromeOS" : os;
}

/** `vestibule-cli` is how a client is configured; "Vestibule CLI" is what people call it. */
function clientName(id: string): string {
  return id
    .split(/[-_]/)
    .filter(Boolean)
    .map((part) =>
      /^(cli|api|sdk)$/.test(part) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join(" ");
}
