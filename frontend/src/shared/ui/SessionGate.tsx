import { type ReactNode, useEffect } from "react";
import { followLive } from "../api/live.ts";
import { ended, useSession } from "../api/session.ts";
import { useStore } from "../api/store.ts";
import { say } from "../words/words.ts";
import { Failed } from "./Failed.tsx";
import classes from "./SessionGate.module.css";
import { SignedOut } from "./SignedOut.tsx";

/**
 * Stands before what only someone who is signed in may see, and follows the session while they do:
 * the moment it ends, its pages are gone.
 */
export function SessionGate({
  bar,
  waiting,
  nobody,
  children,
}: {
  /** The bar without anything of anyone in it. */
  bar: ReactNode;
  waiting: ReactNode;
  nobody: ReactNode;
  children: ReactNode;
}) {
  const session = useSession();
  const over = useStore(ended);
  const sid = session.data?.session.sid;
  const follow = sid !== undefined && !over;
  useEffect(() => {
    if (follow) return followLive(sid);
  }, [follow, sid]);

  if (over) {
    return (
      <>
        {bar}
        <SignedOut ended={over} />
      </>
    );
  }
  if (session.isPending) return waiting;
  if (session.data === null) return nobody;
  if (!session.isError || session.data) return children;
  return (
    <>
      {bar}
      <main id="page" className={classes.page}>
        <Failed
          heading="h1"
          title={say("shared.failed.account")}
          error={session.error}
          retry={() => void session.refetch()}
        />
      </main>
    </>
  );
}
