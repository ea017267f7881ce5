import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { deviceName } from "../../shared/format/device.ts";
import { whatHappened } from "../../shared/format/event.ts";
import { ago, capital, moment } from "../../shared/format/time.ts";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Foot, Section } from "../../shared/ui/Page.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import type { useTheir } from "./api.ts";
import classes from "./users.module.css";

type Their = ReturnType<typeof useTheir>;

/** The newest of what someone has open, and the way to all of it. */
export function TheirSessions({ id, sessions }: { id: string; sessions: Their["sessions"] }) {
  const now = useNow();
  const way = (
    <Link to={`/admin/sessions?user=${id}`}>
      {say("admin.users.sessions_all", { n: sessions.data?.total ?? 0 })}
    </Link>
  );
  return (
    <Lines
      title={say("admin.users.sessions")}
      failed={say("admin.users.sessions_failed")}
      none={say("admin.users.sessions_none")}
      query={sessions}
      way={way}
    >
      {sessions.data?.sessions.map((session) => (
        <li key={session.sid}>
          <Time at={new Date(session.last_seen_at)}>{capital(ago(new Date(session.last_seen_at), now))}</Time>
          <span>{deviceName(session.device, session)}</span>
          <small>{session.ip}</small>
        </li>
      ))}
    </Lines>
  );
}

/** The newest of what happened to someone, or was done by them. */
export function TheirEvents({ id, events }: { id: string; events: Their["events"] }) {
  const now = useNow();
  return (
    <Lines
      title={say("admin.users.events")}
      failed={say("admin.users.events_failed")}
      none={say("admin.users.events_none")}
      query={events}
      way={<Link to={`/admin/audit?user=${id}`}>{say("admin.users.events_all")}</Link>}
    >
      {events.data?.events.map((event) => (
        <li key={event.id}>
          <Time at={new Date(event.at)}>{capital(moment(new Date(event.at), now))}</Time>
          <span>{whatHappened(event)}</span>
        </li>
      ))}
    </Lines>
  );
}

function Lines({
  title,
  failed,
  none,
  query,
  way,
  children,
}: {
  title: string;
  failed: string;
  none: string;
  query: UseQueryResult<unknown>;
  way: ReactNode;
  children: ReactNode[] | undefined;
}) {
  if (query.isPending) return <Section title={title}>{null}</Section>;
  if (!children) {
    return (
      <Section title={title}>
        <Failed title={failed} error={query.error ?? new Error(failed)} retry={() => void query.refetch()} />
      </Section>
    );
  }
  return (
    <Section title={title}>
      <Panel>
        {children.length > 0 ? (
          <ul className={classes.lines}>{children}</ul>
        ) : (
          <p className={classes.none}>{none}</p>
        )}
      </Panel>
      <Foot way={children.length > 0 && way}>{null}</Foot>
    </Section>
  );
}
