import { Button } from "@mantine/core";
import IconLogout from "@tabler/icons-react/icons/IconLogout";
import { useEffect, useRef } from "react";
import type { Ended } from "../api/session.ts";
import { mayBeSomeoneElse, signedOutBecause } from "../format/reason.ts";
import { here, signInAddress } from "../format/returnTo.ts";
import { say } from "../words/words.ts";
import classes from "./SignedOut.module.css";
import { Threshold } from "./Threshold.tsx";
import { Tile } from "./Tile.tsx";

/** The session ended elsewhere: calm, with nothing of it left on the screen, and one thing to do. */
export function SignedOut({ ended }: { ended: Ended }) {
  const title = say("shared.over.title");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main className={classes.page} id="page">
      <Threshold className={classes.door}>
        <div role="status">
          <Tile of={IconLogout} />
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p>
            {say("shared.over.saved", {
              why: signedOutBecause(ended.reason, ended.at, new Date(), ended.limits),
            })}
          </p>
          {mayBeSomeoneElse(ended.reason) && (
            <p>
              {say.rich("shared.over.not_you", {
                link: (text) => <a href={signInAddress("/account/security")}>{text}</a>,
              })}
            </p>
          )}
        </div>
        <div className={classes.acts}>
          <Button component="a" href={signInAddress(here())} variant="filled">
            {say("shared.over.again")}
          </Button>
          <small>{say("shared.over.back")}</small>
        </div>
      </Threshold>
    </main>
  );
}
