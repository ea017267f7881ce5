import { Link } from "react-router";
import { endedBecause, why } from "../../shared/admin/why.ts";
import type { Overview, ToldEvent } from "../../shared/api/contract.ts";
import { deviceName } from "../../shared/format/device.ts";
import { count } from "../../shared/format/measure.ts";
import { utcNear } from "../../shared/format/utc.ts";
import { CopyId } from "../../shared/ui/CopyId.tsx";
import { Failed } from "../../shared/ui/Failed.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import { useEnded } from "./api.ts";
import classes from "./overview.module.css";

/** What ended before its time: how much of it in a day, by reason, and the last few. */
export function Ended({ ended }: { ended: Overview["ended"] }) {
  const events = useEnded();
  const title = say("admin.overview.ended");
  return (
    <section className={classes.panel} aria-label={title}>
      <header className={classes.panelHead}>
        <h2>{title}</h2>
        <Link to="/admin/audit?name=session.ended">{say("door.pages.admin_audit")}</Link>
      </header>
      <p className={classes.day}>
        {say("admin.overview.day", { n: ended.reduce((all, { n }) => all + n, 0) })}
        {ended.map(({ reason, n }) => (
          <span key={reason}>
            {endedBecause(reason)} <b>{count(n)}</b>
          </span>
        ))}
      </p>
      {events.data
        ? events.data.length > 0 && <Lately events={events.data} />
        : events.error && (
            <Failed
              title={say("admin.overview.ended_failed")}
              error={events.error}
              retry={() => void events.refetch()}
            />
          )}
    </section>
  );
}

function Lately({ events }: { events: ToldEvent[] }) {
  const now = useNow();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    // biome-ignore lint/a11y/useSemanticElements: it is no fieldset
    <div className={classes.scroll} role="group" tabIndex={0} aria-label={say("admin.overview.lately")}>
      <table className={classes.ended}>
        <thead>
          <tr>
            <th scope="col">{say("admin.audit.at")}</th>
            <th scope="col">{say("admin.users.user")}</th>
            <th scope="col">{say("admin.audit.session")}</th>
            <th scope="col">{say("admin.audit.why")}</th>
            <th scope="col">{say("admin.overview.sid")}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <td>
                <time dateTime={event.at}>{utcNear(new Date(event.at), now)}</time>
              </td>
              <td>{event.user?.email || "–"}</td>
              <td>{deviceName(event.detail.device ?? event.device, event.detail)}</td>
              <td>{why(event)}</td>
              <td>{event.sid ? <CopyId id={event.sid} of={say("admin.audit.sid_of")} /> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
