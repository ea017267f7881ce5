import { Button } from "@mantine/core";
import IconLogout from "@tabler/icons-react/icons/IconLogout";
import { useEffect, useRef, useState } from "react";
import type { Ended } from "vestibule-kit";
import { mayBeSomeoneElse, signedOutBecause } from "../format/reason.ts";
import { signInAddress } from "../format/returnTo.ts";
import { say } from "../words/words.ts";
import { Dialog } from "./Dialog.tsx";
import classes from "./SignedOut.module.css";
import { SignInAgain } from "./SignInAgain.tsx";
import { Threshold } from "./Threshold.tsx";
import { Tile } from "./Tile.tsx";

/** The session ended elsewhere: calm, with nothing of it left on the screen, and one thing to do. */
export function SignedOut({ ended }: { ended: Ended }) {
  const title = say("shared.over.title");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
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
              why: signedOutBecause(ended, new Date()),
            })}
          </p>
          <Rest ended={ended} />
        </div>
        <div className={classes.acts}>{ended.someoneElse ? <Anew /> : <Again />}</div>
      </Threshold>
    </main>
  );
}

function Rest({ ended: { reason, unsaved, someoneElse } }: { ended: Ended }) {
  if (someoneElse) return <p>{say("shared.over.someone_else")}</p>;
  return (
    <>
      {unsaved && <p>{say("shared.over.unsaved")}</p>}
      {mayBeSomeoneElse(reason) && (
        <p>
          {say.rich("shared.over.not_you", {
            link: (text) => <a href={signInAddress("/account/security")}>{text}</a>,
          })}
        </p>
      )}
    </>
  );
}

/** In place, so that what was typed is given back. Whose page it was is not told: one says it. */
function Again() {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <Button variant="filled" onClick={() => setAsking(true)} aria-haspopup="dialog">
        {say("shared.over.again")}
      </Button>
      <small>{say("shared.over.back")}</small>
      {asking && (
        <Dialog title={say("shared.again.title")} text={say("shared.again.text")} close={close}>
          <SignInAgain cancel={say("shared.act.cancel")} close={close} />
        </Dialog>
      )}
    </>
  );
}

function Anew() {
  return (
    <Button variant="filled" onClick={() => window.location.reload()}>
      {say("shared.over.anew")}
    </Button>
  );
}
