import { Button } from "@mantine/core";
import IconLogout from "@tabler/icons-react/icons/IconLogout";
import { useEffect, useRef } from "react";
import type { Ended } from "../api/session.ts";
import { mayBeSomeoneElse, signedOutBecause } from "../format/reason.ts";
import { here, signInAddress } from "../format/returnTo.ts";
import classes from "./SignedOut.module.css";
import { Threshold } from "./Threshold.tsx";
import { Tile } from "./Tile.tsx";

/** The session ended elsewhere: calm, with nothing of it left on the screen, and one thing to do. */
export function SignedOut({ ended }: { ended: Ended }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = "You were signed out";
    title.current?.focus();
  }, []);
  return (
    <main className={classes.page} id="page">
      <Threshold className={classes.door}>
        <div role="status">
          <Tile of={IconLogout} />
          <h1 ref={title} tabIndex={-1}>
            You were signed out
          </h1>
          <p>
            {signedOutBecause(ended.reason, ended.at, new Date(), ended.limits)} Everything you had saved is
            safe.
          </p>
          {mayBeSomeoneElse(ended.reason) && (
            <p>
              If that wasn’t you, sign in and{" "}
              <a href={signInAddress("/account/security")}>change your password</a>: that ends every other
              session.
            </p>
          )}
        </div>
        <div className={classes.acts}>
          <Button component="a" href={signInAddress(here())} variant="filled">
            Sign in again
          </Button>
          <small>You will be back on this page.</small>
        </div>
      </Threshold>
    </main>
  );
}
