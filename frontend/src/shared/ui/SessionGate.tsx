import { type ReactNode, useEffect, useRef } from "react";
import { RequireSession, useSession } from "vestibule-kit";
import { say } from "../words/words.ts";
import { Expiring } from "./Expiring.tsx";
import { Failed } from "./Failed.tsx";
import classes from "./SessionGate.module.css";
import { SignedOut } from "./SignedOut.tsx";
import { StepUp } from "./StepUp.tsx";

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
          <SignedOut ended={ended} />
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
      <Expiring site={site} leaveTo={leaveTo} />
      <StepUp />
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
