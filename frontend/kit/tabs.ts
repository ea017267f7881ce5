import type { Reason } from "./contract.ts";

/** What tabs tell one another. A tab repeats nothing of what it heard: there is no echo. */
export type News =
  | { news: "ended"; sid: string; reason: Reason | null }
  | { news: "signed_in"; sid: string }
  /** Used, so that its first limit is later now. */
  | { news: "used"; sid: string; last_seen_at: string; idle_expires_at: string };

const name = "vestibule";
let open: BroadcastChannel | null = null;

/** Tells the other tabs of this browser. This one does not hear it. */
export function tell(news: News): void {
  open?.postMessage(news);
}

/** Hears what other tabs tell, until what it returns is called. Without BroadcastChannel, nothing. */
export function hearTabs(hear: (news: News) => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (isNews(data)) hear(data);
  });
  open = channel;
  return () => {
    channel.close();
    if (open === channel) open = null;
  };
}

/** Another tab may have another version of this code. */
function isNews(data: unknown): data is News {
  return typeof data === "object" && data !== null && "news" in data && "sid" in data;
}
