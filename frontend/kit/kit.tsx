import {
  createContext,
  Fragment,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useSyncExternalStore,
} from "react";
import { dismissExpiry, type Expiry, expiry, setLimits, stay, wakeClock, watchClock } from "./clock.ts";
import type { Who } from "./contract.ts";
import { drafts, keep } from "./drafts.ts";
import { followLive } from "./live.ts";
import type { ApiError } from "./problem.ts";
import { type StepUp, stepUp } from "./proof.ts";
import { askAgain, askSession, type Ended, freshen, type Session, session, sessionEnded } from "./session.ts";
import { useStore } from "./store.ts";
import { hearTabs } from "./tabs.ts";

const Provided = createContext(false);

/**
 * Asks who is signed in, and follows the session while it is mounted: its end, told live or by another
 * tab, and its limits. Where it could not be had who is here, it asks again every five seconds, or when the
 * server said. One for a page, round everything that asks who is here.
 */
export function SessionProvider({ children }: { children: ReactNode }) {
  const now = useStore(session);
  const sid = now.status === "signed_in" ? now.session.sid : null;
  useEffect(watchPage, []);
  useEffect(() => (sid === null ? undefined : followLive(sid)), [sid]);
  useEffect(() => {
    if (now.status !== "failed") return;
    const timer = setTimeout(retry, 1_000 * ((now.error as Partial<ApiError>).retryAfter ?? 5));
    return () => clearTimeout(timer);
  }, [now]);
  return <Provided value={true}>{children}</Provided>;
}

const retry = () => void askSession().catch(() => {});

const fresh = 30_000;

function watchPage(): () => void {
  const leaveClock = watchClock();
  const leaveTabs = hearTabs((news) => {
    if (news.news === "ended") sessionEnded(news.sid, news.reason);
    else if (news.news === "used") setLimits(news);
    else askAgain();
  });
  const seen = () => {
    if (document.visibilityState !== "visible") return;
    wakeClock();
    freshen(fresh);
  };
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("pageshow", seen); // back from the browser's memory of pages
  freshen(fresh);
  return () => {
    leaveClock();
    leaveTabs();
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("pageshow", seen);
  };
}

/** Who is here, as it is now. It is asked again where the last answer is older than half a minute. */
export function useSession(): Session {
  if (!useContext(Provided)) throw new Error("useSession needs a SessionProvider around it");
  useEffect(() => freshen(fresh), []);
  return useStore(session);
}

/** Who is signed in, for what is only drawn when somebody is: below SignedIn or RequireSession. */
export function useWho(): Who {
  const now = useSession();
  if (now.status !== "signed_in") throw new Error("useWho is for what stands behind SignedIn");
  return now;
}

/**
 * Draws its children while someone is signed in. The moment the session ends they are gone, state and
 * all; for another person they begin anew.
 */
export function SignedIn({ children }: { children: ReactNode }) {
  const now = useSession();
  return now.status === "signed_in" && <Fragment key={now.user.id}>{children}</Fragment>;
}

/** Draws its children when nobody is signed in; a function gets how the session ended, or null. */
export function SignedOut({ children }: { children: ReactNode | ((ended: Ended | null) => ReactNode) }) {
  const now = useSession();
  if (now.status !== "signed_out") return null;
  return typeof children === "function" ? children(now.ended) : children;
}

/** Stands before what only someone who is signed in may see. The server guards it; this draws it. */
export function RequireSession({
  waiting = null,
  failed,
  nobody,
  ended,
  children,
}: {
  /** While it is not known who is here. */
  waiting?: ReactNode | undefined;
  /** Where that could not be had. It is asked again by itself; `retry` does so now. */
  failed: (error: Error, retry: () => void) => ReactNode;
  /** Nobody has been here: the way to sign in. */
  nobody: ReactNode;
  /** The session that this page showed is over: why, and the way back in. Without it, `nobody`. */
  ended?: ((ended: Ended) => ReactNode) | undefined;
  children: ReactNode;
}) {
  const now = useSession();
  switch (now.status) {
    case "loading":
      return waiting;
    case "failed":
      return failed(now.error, retry);
    case "signed_out":
      return now.ended && ended ? ended(now.ended) : nobody;
    default:
      return <SignedIn>{children}</SignedIn>;
  }
}

/** What can be done about an end that comes near. */
export interface Expiring extends Expiry {
  /** A use, which slides the session, in all tabs. Rejects like apiFetch. Of no use at the absolute limit. */
  stay(): Promise<void>;
  /** Hears no more of this end, which comes all the same. */
  dismiss(): void;
}

/**
 * The end that comes near: from two minutes before it (or half of a limit that is shorter than four)
 * until it is put off or has come; null at all other times. The server was asked first, so that no use
 * in another tab was missed.
 */
export function useExpiry(): Expiring | null {
  const now = useStore(expiry);
  return now && { ...now, stay, dismiss: dismissExpiry };
}

/** The question for a fresh proof, while a request waits for one. Where nobody asks it, the request waits. */
export function useStepUp(): StepUp | null {
  return useStore(stepUp);
}

/**
 * State for what a person types and has not saved, by a name that is the page's own. When the session
 * ends the form is gone with the rest of the page, and what was typed is kept: in memory, for the same
 * person, and given back when they have signed in in place. Null is "nothing typed": set it when the
 * form was sent or given up. It is dropped when someone else signs in, on signing out here, and when the form
 * goes away while signed in. Not for passwords.
 */
export function useDraft<T>(name: string): [draft: T | null, set: (draft: T | null) => void] {
  const subscribe = useCallback(
    (listener: () => void) => {
      const leave = drafts.subscribe(listener);
      using.set(name, (using.get(name) ?? 0) + 1);
      return () => {
        leave();
        using.set(name, (using.get(name) ?? 0) - 1);
        // React may mount it again at once.
        queueMicrotask(() => {
          if (!using.get(name) && session.get().status === "signed_in") keep(name, undefined);
        });
      };
    },
    [name],
  );
  const draft = useSyncExternalStore(
    subscribe,
    () => drafts.get().get(name),
    () => undefined,
  );
  const set = useCallback((next: T | null) => keep(name, next ?? undefined), [name]);
  return [(draft as T | undefined) ?? null, set];
}

/** How many forms there are of each name. */
const using = new Map<string, number>();
