import IconDeviceDesktop from "@tabler/icons-react/icons/IconDeviceDesktop";
import IconDeviceMobile from "@tabler/icons-react/icons/IconDeviceMobile";
import IconDeviceTablet from "@tabler/icons-react/icons/IconDeviceTablet";
import IconHelpCircle from "@tabler/icons-react/icons/IconHelpCircle";
import IconTerminal2 from "@tabler/icons-react/icons/IconTerminal2";
import { useEffect, useRef } from "react";
import { ApiError, NetworkError } from "../../shared/api/problem.ts";
import { useSignOut } from "../../shared/api/signOut.ts";
import { deviceName } from "../../shared/format/device.ts";
import { endsByItself } from "../../shared/format/limits.ts";
import { ago, capital, since, wait } from "../../shared/format/time.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Badge } from "../../shared/ui/Badge.tsx";
import { Icon } from "../../shared/ui/Icon.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import type { Session } from "./api.ts";
import type { EndedHere, Row } from "./rows.ts";
import classes from "./sessions.module.css";

const icons = {
  desktop: IconDeviceDesktop,
  phone: IconDeviceMobile,
  tablet: IconDeviceTablet,
  client: IconTerminal2,
  unknown: IconHelpCircle,
};

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
          {session.current ? "Now" : capital(ago(new Date(session.last_seen_at), now))}
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
            busyLabel="Ending…"
            onClick={onEnd}
            aria-label={`End the session of ${name}`}
          >
            End
          </ActionButton>
        )}
      </td>
    </tr>
  );
}

function DeviceCell({ session, now }: { session: Session; now: Date }) {
  const created = new Date(session.created_at);
  const verb = session.kind === "client" ? "Approved by you" : "Signed in";
  return (
    <div className={classes.device}>
      <span className={classes.tile}>
        <Icon of={icons[session.kind === "client" ? "client" : session.device.type] ?? IconHelpCircle} />
      </span>
      <span className={classes.name}>
        {deviceName(session.device, session)}
        {session.current && <Badge here>This device</Badge>}
        {session.kind === "client" && <Badge>Client</Badge>}
        {session.kind === "browser" && session.remember && <Badge>Kept signed in</Badge>}
      </span>
      <small>
        {verb} <Time at={created}>{since(created, now)}</Time> ·{" "}
        <span className={classes.ip}>{session.ip}</span>
      </small>
    </div>
  );
}

function Ends({ session, now, ending }: { session: Session; now: Date; ending: boolean }) {
  const ends = endsByItself(session, now);
  const seen = session.current ? "now" : ago(new Date(session.last_seen_at), now);
  return (
    <>
      <small className={classes.onPhone}>Last seen {seen}</small>
      {ending ? (
        <span role="status">Ending…</span>
      ) : (
        <>
          <span className={classes.onPhone}>Ends </span>
          <span className={ends.soon ? classes.soon : undefined}>{ends.when}</span>
          {ends.ifNotUsed && " if not used"}
        </>
      )}
      <small>{ends.latest}</small>
    </>
  );
}

function SignOutHere() {
  const signOut = useSignOut("/account/sign-in");
  return (
    <ActionButton
      narrow
      busy={signOut.isPending || signOut.isSuccess}
      busyLabel="Signing out…"
      onClick={() => signOut.mutate()}
    >
      Sign out
    </ActionButton>
  );
}

/** The result of ending one stands where one looked, and takes the focus that the button had. */
function EndedRow({ ended, now }: { ended: EndedHere; now: Date }) {
  const result = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const holder = document.activeElement;
    if (!holder || holder === document.body || holder.matches(":disabled")) result.current?.focus();
  }, []);
  const when = ago(ended.at, now) === "now" ? "just now" : ago(ended.at, now);
  return (
    <tr role="row" className={classes.ended}>
      <td role="cell">
        <DeviceCell session={ended.session} now={now} />
      </td>
      <td role="cell" colSpan={3}>
        <span role="status" ref={result} tabIndex={-1}>
          <b>{ended.already ? "It had ended already." : `Ended ${when}, by you.`}</b>{" "}
          {ended.session.kind === "client"
            ? "Its tokens are refused from now on."
            : "Its open tabs were signed out with it."}
        </span>
      </td>
    </tr>
  );
}

function notEnded(error: Error): string {
  if (error instanceof NetworkError) return "Not ended: the server can’t be reached.";
  if (error instanceof ApiError && error.retryAfter)
    return `Not ended. Try again in ${wait(error.retryAfter)}.`;
  return "Not ended: something went wrong on the server. Try again.";
}
