import { useEffect, useRef } from "react";
import { ApiError, NetworkError } from "vestibule-kit";
import { useSignOut } from "../../shared/api/signOut.ts";
import { deviceName } from "../../shared/format/device.ts";
import { endsByItself } from "../../shared/format/limits.ts";
import { ago, capital, justAgo, since, wait } from "../../shared/format/time.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Badge } from "../../shared/ui/Badge.tsx";
import { DeviceIcon } from "../../shared/ui/DeviceIcon.tsx";
import { NotSignedOut } from "../../shared/ui/NotSignedOut.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { say } from "../../shared/words/words.ts";
import type { Session } from "./api.ts";
import type { EndedHere, Row } from "./rows.ts";
import classes from "./sessions.module.css";

export function SessionRow({
  row: { session, ended },
  now,
  ending,
  error,
  onEnd,
}: {
  row: Row;
  now: Date;
  ending: boolean;
  error: Error | null;
  onEnd: () => void;
}) {
  if (ended) return <EndedRow ended={ended} now={now} />;
  const name = deviceName(session.device, session);
  return (
    <tr role="row" className={session.current ? classes.here : undefined}>
      <td role="cell">
        <DeviceCell session={session} now={now} />
        {error && (
          <p className={classes.failed} role="alert">
            {notEnded(error)}
          </p>
        )}
      </td>
      <td role="cell">
        <Time at={new Date(session.last_seen_at)}>
          {capital(session.current ? say("account.sessions.now") : ago(new Date(session.last_seen_at), now))}
        </Time>
      </td>
      <td role="cell">
        <Ends session={session} now={now} ending={ending} />
      </td>
      <td role="cell">
        {session.current ? (
          <SignOutHere />
        ) : (
          <ActionButton
            narrow
            variant="danger"
            busy={ending}
            busyLabel={say("shared.act.ending")}
            onClick={onEnd}
            aria-label={say("account.sessions.end_of", { name })}
          >
            {say("account.sessions.end")}
          </ActionButton>
        )}
      </td>
    </tr>
  );
}

function DeviceCell({ session, now }: { session: Session; now: Date }) {
  const created = new Date(session.created_at);
  const came = session.kind === "client" ? "account.sessions.approved" : "account.sessions.signed_in";
  return (
    <div className={classes.device}>
      <span className={classes.tile}>
        <DeviceIcon session={session} />
      </span>
      <span className={classes.name}>
        {deviceName(session.device, session)}
        {session.current && <Badge here>{say("account.sessions.here")}</Badge>}
        {session.kind === "client" && <Badge>{say("account.sessions.client")}</Badge>}
        {session.kind === "browser" && session.remember && <Badge>{say("account.sessions.kept")}</Badge>}
      </span>
      <small>
        {say.rich(came, {
          since: since(created, now),
          time: (text) => <Time at={created}>{text}</Time>,
        })}{" "}
        · <span className={classes.ip}>{session.ip}</span>
      </small>
    </div>
  );
}

function Ends({ session, now, ending }: { session: Session; now: Date; ending: boolean }) {
  const ends = endsByItself(session, now);
  const seen = session.current ? say("account.sessions.now") : ago(new Date(session.last_seen_at), now);
  return (
    <>
      <small className={classes.onPhone}>{say("account.sessions.seen_phone", { ago: seen })}</small>
      {ending ? (
        <span role="status">{say("shared.act.ending")}</span>
      ) : (
        say.rich("account.sessions.ends_phone", {
          when: ends.when,
          label: (text) => <span className={classes.onPhone}>{text}</span>,
          at: (text) => <span className={`${classes.when} ${ends.soon ? classes.soon : ""}`}>{text}</span>,
        })
      )}
      <small>{capital(ends.latest)}</small>
    </>
  );
}

function SignOutHere() {
  const signOut = useSignOut("/account/sign-in");
  return (
    <>
      <ActionButton
        narrow
        busy={signOut.isPending || signOut.isSuccess}
        busyLabel={say("shared.act.signing_out")}
        onClick={() => signOut.mutate()}
      >
        {say("shared.menu.sign_out")}
      </ActionButton>
      <NotSignedOut signOut={signOut} />
    </>
  );
}

/** The result of ending one stands where one looked, and takes the focus that the button had. */
function EndedRow({ ended, now }: { ended: EndedHere; now: Date }) {
  const result = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const holder = document.activeElement;
    if (!holder || holder === document.body || holder.matches(":disabled")) result.current?.focus();
  }, []);
  return (
    <tr role="row" className={classes.ended}>
      <td role="cell">
        <DeviceCell session={ended.session} now={now} />
      </td>
      <td role="cell" colSpan={3}>
        <span role="status" ref={result} tabIndex={-1}>
          <b>
            {ended.already
              ? say("account.sessions.ended_already")
              : say("account.sessions.ended_by_you", { ago: justAgo(ended.at, now) })}
          </b>{" "}
          {say(
            ended.session.kind === "client" ? "account.sessions.tokens_refused" : "account.sessions.tabs_out",
          )}
        </span>
      </td>
    </tr>
  );
}

function notEnded(error: Error): string {
  if (error instanceof NetworkError) return say("account.sessions.not_ended_away");
  if (error instanceof ApiError && error.retryAfter)
    return say("account.sessions.not_ended_wait", { length: wait(error.retryAfter) });
  return say("account.sessions.not_ended");
}
