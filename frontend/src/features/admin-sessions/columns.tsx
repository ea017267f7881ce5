import { Button, Checkbox } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { serverNow } from "vestibule-kit";
import { deviceName } from "../../shared/format/device.ts";
import { endsByItself } from "../../shared/format/limits.ts";
import { ago, capital, justAgo, since } from "../../shared/format/time.ts";
import type { Column } from "../../shared/list/VirtualTable.tsx";
import { Badge } from "../../shared/ui/Badge.tsx";
import { DeviceIcon } from "../../shared/ui/DeviceIcon.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { say } from "../../shared/words/words.ts";
import type { Session } from "./api.ts";
import classes from "./sessions.module.css";

export interface Marks {
  chosen: Set<string>;
  /** When what was ended here was ended. */
  ended: Map<string, Date>;
  choose: (sid: string, chosen: boolean) => void;
  end: (session: Session) => void;
}

/** One can end it here: it is open, and not the one that this page is shown to. */
export function endable(session: Session, ended: Marks["ended"]): boolean {
  return !session.current && !ended.has(session.sid);
}

/** The columns of the list. What was ended here stays, and says so. */
export function sessionColumns(now: Date, marks: Marks): Column<Session>[] {
  return [
    {
      name: "tick",
      head: say("admin.sessions.choose"),
      quiet: true,
      width: "16px",
      place: "tick",
      cell: (session) => <Tick session={session} marks={marks} />,
    },
    {
      name: "device",
      head: say("admin.sessions.on"),
      width: "minmax(0, 1.3fr)",
      place: "lead",
      cell: (session) => <OnDevice session={session} />,
    },
    {
      name: "user",
      head: say("admin.users.user"),
      width: "minmax(0, 1.3fr)",
      cell: ({ user }) => (
        <div className={classes.user}>
          <Link to={`/admin/users/${user.id}`}>{user.name}</Link>
          <small>{user.email}</small>
        </div>
      ),
    },
    {
      name: "since",
      head: say("admin.sessions.since"),
      width: "minmax(120px, 0.5fr)",
      cell: ({ created_at }) => (
        <Time at={new Date(created_at)}>{capital(since(new Date(created_at), now))}</Time>
      ),
    },
    {
      name: "seen",
      head: say("admin.users.seen"),
      width: "minmax(104px, 0.5fr)",
      cell: ({ last_seen_at }) => (
        <Time at={new Date(last_seen_at)}>{capital(ago(new Date(last_seen_at), now))}</Time>
      ),
    },
    {
      name: "ends",
      head: say("admin.sessions.ends"),
      width: "minmax(188px, 0.9fr)",
      cell: (session) => <Ends session={session} ended={marks.ended.get(session.sid)} now={now} />,
    },
    {
      name: "act",
      head: say("admin.action"),
      quiet: true,
      width: "56px",
      place: "act",
      cell: (session) => endable(session, marks.ended) && <End session={session} onEnd={marks.end} />,
    },
  ];
}

function Tick({ session, marks }: { session: Session; marks: Marks }) {
  if (!endable(session, marks.ended)) return null;
  return (
    <Checkbox
      className={classes.tick ?? ""}
      classNames={{ body: classes.unlabelled ?? "" }}
      aria-label={say("admin.sessions.choose_one", nameOf(session))}
      checked={marks.chosen.has(session.sid)}
      onChange={({ currentTarget }) => marks.choose(session.sid, currentTarget.checked)}
    />
  );
}

function OnDevice({ session }: { session: Session }) {
  return (
    <div className={classes.device}>
      <DeviceIcon session={session} />
      <div>
        <span className={classes.name}>
          {deviceName(session.device, session)}
          {session.current && <Badge here>{say("admin.sessions.here")}</Badge>}
          {session.kind === "client" && <Badge>{say("admin.sessions.is_client")}</Badge>}
          {session.kind === "browser" && session.remember && <Badge>{say("admin.sessions.kept")}</Badge>}
        </span>
        <small>{session.ip}</small>
      </div>
    </div>
  );
}

function Ends({ session, ended, now }: { session: Session; ended: Date | undefined; now: Date }) {
  if (ended) return <Ended at={ended} now={now} />;
  const ends = endsByItself(session, now);
  return (
    <div className={ends.soon ? classes.soon : undefined}>
      {capital(ends.when)}
      <small>{capital(ends.latest)}</small>
    </div>
  );
}

/** It has just been ended, and the button that had the focus is gone with it: the result takes it. */
function Ended({ at, now }: { at: Date; now: Date }) {
  const result = useRef<HTMLElement>(null);
  useEffect(() => {
    if (serverNow() - at.getTime() < 1_000 && document.activeElement === document.body)
      result.current?.focus({ preventScroll: true });
  }, [at]);
  return (
    <b ref={result} tabIndex={-1}>
      {say("admin.sessions.ended", { ago: justAgo(at, now) })}
    </b>
  );
}

function End({ session, onEnd }: { session: Session; onEnd: (session: Session) => void }) {
  return (
    <Button
      variant="danger"
      aria-haspopup="dialog"
      aria-label={say("admin.sessions.end_of", nameOf(session))}
      onClick={() => onEnd(session)}
    >
      {say("admin.sessions.end")}
    </Button>
  );
}

function nameOf(session: Session): { device: string; name: string } {
  return { device: deviceName(session.device, session), name: session.user.name };
}
