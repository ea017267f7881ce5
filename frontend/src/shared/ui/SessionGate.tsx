import { type ReactNode, Suspense, useEffect, useRef } from "react";
import { RequireSession, useSession } from "vestibule-kit";
import { say } from "../words/words.ts";
import { Failed } from "./Failed.tsx";
import { later } from "./later.tsx";
import classes from "./SessionGate.module.css";

// One part for what lies over the pages and what takes their place: a visitor does not load it, and by
// the time that a session ends, it is there.
const SessionParts = later(() => import("./SessionParts.tsx").then((m) => m.SessionParts));

/**
 * Stands before what only someone who is signed in may see, and follows the session while they do:
 * it warns before the end, asks for the password in place, and the moment it ends, its pages are gone.
 */
export function SessionGate({
  site,
  leaveTo,
  bar,
  waiting,
  nobody,
  children,
}: {
  /** What people call the app. */
  site: string;
  /** Where signing out leads. */
  leaveTo: string;
  /** The bar without anything of anyone in it. */
  bar: ReactNode;
  waiting: ReactNode;
  nobody: ReactNode;
  children: ReactNode;
}) {
  useFocusOnReturn();
  return (
    <RequireSession
      waiting={waiting}
      nobody={nobody}
      ended={(ended) => (
        <>
          {bar}
          <Suspense fallback={null}>
            <SessionParts site={site} leaveTo={leaveTo} ended={ended} />
          </Suspense>
        </>
      )}
      failed={(error, retry) => (
        <>
          {bar}
          <main id="page" className={classes.page}>
            <Failed heading="h1" title={say("shared.failed.account")} error={error} retry={retry} />
          </main>
        </>
      )}
    >
      {children}
      <Suspense fallback={null}>
        <SessionParts site={site} leaveTo={leaveTo} ended={null} />
      </Suspense>
    </RequireSession>
  );
}

/** Whoever has signed in again in place begins on the page, unless something on it takes the focus. */
function useFocusOnReturn(): void {
  const { status } = useSession();
  const before = useRef(status);
  useEffect(() => {
    if (before.current === "signed_out" && status === "signed_in") document.getElementById("page")?.focus();
    before.current = status;
  }, [status]);
}
