import type { Reason } from "./contract.ts";
import { askSession, session, sessionEnded } from "./session.ts";
import { tell } from "./tabs.ts";

/**
 * Follows /auth/live, so that a session which ends elsewhere ends on this page at once.
 *
 * A browser opens six connections to an origin over HTTP/1.1, for all tabs together, so one tab
 * listens for all: whoever holds the lock. It tells the others, with the sid: a tab that has signed in
 * anew does not take the end of its predecessor for its own.
 */
export function followLive(sid: string): () => void {
  if (typeof EventSource === "undefined") return () => {}; // where an app's tests run
  const left = new AbortController();
  const listen = () =>
    listenUntil(left.signal, sid, (reason) => {
      tell({ news: "ended", sid, reason });
      sessionEnded(sid, reason);
    });
  const { locks } = navigator as Partial<Navigator>; // only in secure contexts
  if (locks && typeof BroadcastChannel !== "undefined") {
    locks.request(`vestibule-live-${sid}`, { signal: left.signal }, listen).catch(() => {});
  } else {
    void listen();
  }
  return () => left.abort();
}

const firstPause = 1_000;
const longestPause = 30_000;

/**
 * Listens until the signal, or until the session has ended. The browser comes back by itself after
 * a cut; after a refusal it does not, so we ask once whether the session lives. Only a 401 is an end.
 */
function listenUntil(
  signal: AbortSignal,
  sid: string,
  tellEnd: (reason: Reason | null) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = firstPause;

    const stop = () => {
      clearTimeout(timer);
      source?.close();
      resolve();
    };
    const open = () => {
      source = new EventSource("/auth/live");
      source.addEventListener("open", () => {
        pause = firstPause;
      });
      source.addEventListener("ended", (event) => {
        tellEnd(readReason(event.data));
        stop();
      });
      source.addEventListener("error", () => void cut());
    };
    const cut = async () => {
      source?.close();
      await askSession().catch(() => {});
      if (signal.aborted) return;
      const now = session.get();
      if (now.status === "signed_out" && now.ended?.session.sid === sid) {
        tellEnd(now.ended.reason);
        stop();
        return;
      }
      timer = setTimeout(open, pause);
      pause = Math.min(pause * 2, longestPause);
    };

    signal.addEventListener("abort", stop);
    open();
  });
}

function readReason(data: unknown): Reason | null {
  try {
    const told: unknown = JSON.parse(String(data));
    if (typeof told === "object" && told && "reason" in told && typeof told.reason === "string") {
      return told.reason as Reason;
    }
  } catch {
    // Not what we know: the end itself is news enough.
  }
  return null;
}
