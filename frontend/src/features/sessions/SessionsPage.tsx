import { Skeleton } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { ProofDeclined, serverNow } from "vestibule-kit";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Foot, PageHead, Pending } from "../../shared/ui/Page.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import { type Session, useEndSession, useSessions } from "./api.ts";
import { EndedLately } from "./EndedLately.tsx";
import { EndOthers } from "./EndOthers.tsx";
import { howLong } from "./howLong.ts";
import { type EndedHere, type Row, rowsOf } from "./rows.ts";
import { SessionsTable, TableSkeleton } from "./SessionsTable.tsx";

export function SessionsPage() {
  const sessions = useSessions();
  const [endedHere, setEndedHere] = useState<EndedHere[]>([]);
  const remember = (gone: Session[], already = false) => {
    const at = new Date(serverNow());
    setEndedHere((before) => [...before, ...gone.map((session) => ({ session, at, already }))]);
  };

  if (sessions.isPending) {
    return (
      <>
        <PageHead
          title={say("door.pages.sessions")}
          action={<Skeleton width={137} height="var(--control)" />}
        >
          <Pending>{about(3)}</Pending>
        </PageHead>
        <TableSkeleton />
      </>
    );
  }
  if (!sessions.data) {
    return (
      <>
        <PageHead title={say("door.pages.sessions")} />
        <Failed
          title={say("account.sessions.failed")}
          error={sessions.error}
          retry={() => void sessions.refetch()}
        />
      </>
    );
  }
  const rows = rowsOf(sessions.data, endedHere);
  const open = rows.filter((row) => !row.ended).map((row) => row.session);
  const others = open.filter((session) => !session.current);
  return (
    <>
      <PageHead
        title={say("door.pages.sessions")}
        action={<EndOthers others={others} onEnded={() => remember(others)} />}
      >
        {about(open.length)}
      </PageHead>
      <Sessions rows={rows} onEnded={remember} />
      <Foot way={<Link to="/device">{say("account.sessions.connect")}</Link>}>
        {howLong(open)} {say("account.sessions.times")}
      </Foot>
      <EndedLately />
    </>
  );
}

function about(n: number): string {
  return n < 2 ? say("account.sessions.about_one") : say("account.sessions.about", { n });
}

/** The list, and ending one of it. */
function Sessions({ rows, onEnded }: { rows: Row[]; onEnded: (gone: Session[], already: boolean) => void }) {
  const now = useNow();
  const end = useEndSession();
  const failed = end.error && !(end.error instanceof ProofDeclined) ? end.error : null;
  return (
    <SessionsTable
      rows={rows}
      now={now}
      ending={end.isPending ? end.variables.sid : null}
      failed={failed && end.variables ? { sid: end.variables.sid, error: failed } : null}
      onEnd={(session) => {
        if (!end.isPending)
          end.mutate(session, { onSuccess: (how) => onEnded([session], how === "already") });
      }}
    />
  );
}
