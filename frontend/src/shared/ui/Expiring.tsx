import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type Expiring as Coming, serverNow, useExpiry, useWho } from "vestibule-kit";
import { useSignOut } from "../api/signOut.ts";
import { duration, limit, momentWithin } from "../format/time.ts";
import { say } from "../words/words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { Dialog, DialogEnd } from "./Dialog.tsx";
import classes from "./Expiring.module.css";
import { FormFault } from "./FormFault.tsx";
import { Hidden } from "./Hidden.tsx";
import { SignInAgain } from "./SignInAgain.tsx";
import { useSecondsLeft } from "./useSecondsLeft.ts";

/** Says that the session will end by itself, over the page, and lets one stay. */
export function Expiring({
  site,
  leaveTo,
}: {
  /** What people call the app. */
  site: string;
  /** Where signing out leads. */
  leaveTo: string;
}) {
  const coming = useExpiry();
  if (!coming) return null;
  if (coming.limit === "absolute") return <LastMinutes coming={coming} />;
  return <Unused coming={coming} site={site} leaveTo={leaveTo} />;
}

/** It was not used: one click is a use. Escape is one too, since whoever presses it is here. */
function Unused({ coming, site, leaveTo }: { coming: Coming; site: string; leaveTo: string }) {
  const { session } = useWho();
  const stay = useMutation({ mutationFn: coming.stay });
  const leave = useSignOut(leaveTo);
  const idle = Date.parse(session.idle_expires_at) - Date.parse(session.last_seen_at);
  const [unused] = useState(() => idle - (coming.at.getTime() - Date.now()));
  const staying = () => {
    if (!stay.isPending && !leave.isPending) stay.mutate();
  };
  return (
    <Warning
      at={coming.at}
      text={say("shared.expiring.idle", { site, unused: duration(unused) })}
      more={say("shared.expiring.latest", {
        when: momentWithin(new Date(session.absolute_expires_at), new Date(serverNow())),
      })}
      close={staying}
    >
      <FormFault error={stay.error ?? leave.error} />
      <DialogEnd>
        <ActionButton
          busy={leave.isPending || leave.isSuccess}
          busyLabel={say("shared.act.signing_out")}
          onClick={() => leave.mutate()}
        >
          {say("shared.expiring.leave")}
        </ActionButton>
        <ActionButton
          variant="filled"
          data-autofocus
          busy={stay.isPending}
          busyLabel={say("shared.expiring.staying")}
          onClick={staying}
        >
          {say("shared.expiring.stay")}
        </ActionButton>
      </DialogEnd>
    </Warning>
  );
}

/** It is as old as one gets: there is nothing to stay for, but one can sign in again, in place. */
function LastMinutes({ coming }: { coming: Coming }) {
  const { user, session } = useWho();
  const life = Date.parse(session.absolute_expires_at) - Date.parse(session.created_at);
  return (
    <Warning
      at={coming.at}
      text={say("shared.expiring.absolute", { life: limit(life) })}
      close={coming.dismiss}
    >
      <SignInAgain
        email={user.email}
        remember={coming.remember}
        cancel={say("shared.expiring.later")}
        close={coming.dismiss}
      />
    </Warning>
  );
}

function Warning({
  at,
  text,
  more,
  close,
  children,
}: {
  at: Date;
  text: string;
  more?: string;
  close: () => void;
  children: ReactNode;
}) {
  const left = useSecondsLeft(at);
  const [whole] = useState(left);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  useTitle(say("shared.expiring.tab", { clock }));
  return (
    <Dialog
      alert
      title={say.rich("shared.expiring.title", {
        clock,
        timer: (words) => (
          <span role="timer" className={classes.clock}>
            {words}
          </span>
        ),
      })}
      text={text}
      close={close}
      above={
        <div className={classes.left} aria-hidden>
          <i style={{ width: `${Math.min(100, (100 * left) / whole)}%` }} />
        </div>
      }
    >
      {more && <small className={classes.more}>{more}</small>}
      <Hidden>
        <span role="status">{readOut(left, whole)}</span>
      </Hidden>
      {children}
    </Dialog>
  );
}

const aloud = [30, 60, 120];

/**
 * A clock that is read out each second can't be listened to: at 2:00, 1:00 and 0:30 only, those that come.
 * What is left at first is in the title.
 */
function readOut(left: number, whole: number): string {
  const said = aloud.find((seconds) => left <= seconds && seconds <= whole);
  return said === undefined ? "" : say("shared.expiring.left", { length: duration(said * 1000) });
}

/** What the tab says before its page's own title, which may still come, for who looks at another one. */
function useTitle(before: string): void {
  const shown = useRef({ page: "", whole: "" });
  useEffect(() => {
    const own = shown.current;
    if (document.title !== own.whole) own.page = document.title;
    own.whole = `${before} · ${own.page}`;
    document.title = own.whole;
  }, [before]);
  useEffect(
    () => () => {
      const { page, whole } = shown.current;
      if (document.title === whole) document.title = page;
    },
    [],
  );
}
