import { Skeleton } from "@mantine/core";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { say } from "../../shared/words/words.ts";
import type { Session } from "./api.ts";
import type { Row } from "./rows.ts";
import { SessionRow } from "./SessionRow.tsx";
import classes from "./sessions.module.css";

/** One row a session. The roles are written out: on a phone, rows are drawn as blocks. */
export function SessionsTable({
  rows,
  now,
  ending,
  failed,
  onEnd,
}: {
  rows: Row[];
  now: Date;
  ending: string | null;
  failed: { sid: string; error: Error } | null;
  onEnd: (session: Session) => void;
}) {
  return (
    <Panel>
      <table className={classes.sessions} role="table">
        <caption>
          <Hidden>{say("account.sessions.caption")}</Hidden>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              {say("account.sessions.device")}
            </th>
            <th scope="col" role="columnheader">
              {say("account.sessions.last_seen")}
            </th>
            <th scope="col" role="columnheader">
              {say("account.sessions.ends")}
            </th>
            <th scope="col" role="columnheader">
              <Hidden>{say("account.sessions.action")}</Hidden>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <SessionRow
              key={row.session.sid}
              row={row}
              now={now}
              ending={ending === row.session.sid}
              error={failed?.sid === row.session.sid ? failed.error : null}
              onEnd={() => onEnd(row.session)}
            />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

const guessed = ["this one", "another", "a third"];

/** Three rows of the height that rows have. */
export function TableSkeleton() {
  return (
    <Panel>
      <div className={classes.skeletonHead} />
      {guessed.map((row) => (
        <div className={classes.skeletonRow} key={row}>
          <Skeleton width={32} height={32} />
          <div>
            <Skeleton width={168} height={14} />
            <Skeleton width={208} height={12} mt={6} />
          </div>
          <Skeleton width={88} height={14} />
          <Skeleton width={152} height={14} />
          <Skeleton width={53} height={32} />
        </div>
      ))}
      <Hidden>{say("account.sessions.loading")}</Hidden>
    </Panel>
  );
}
