import { Link } from "react-router";
import { type Downstream, failing, useDownstreams } from "../../shared/admin/downstreams.ts";
import { HealthState } from "../../shared/admin/HealthState.tsx";
import { count, percent, took } from "../../shared/format/measure.ts";
import { Failed } from "../../shared/ui/Failed.tsx";
import { say } from "../../shared/words/words.ts";
import classes from "./overview.module.css";

/** The services behind, side by side. */
export function Strip() {
  const downstreams = useDownstreams();
  const title = say("door.pages.admin_downstreams");
  if (downstreams.isPending)
    return <section className={`${classes.panel} ${classes.stripWaiting}`} aria-label={title} />;
  if (!downstreams.data) {
    return (
      <Failed
        title={say("admin.downstreams.failed")}
        error={downstreams.error}
        retry={() => void downstreams.refetch()}
      />
    );
  }
  const replica = downstreams.data[0]?.replica;
  return (
    <section className={classes.panel} aria-label={title}>
      <header className={classes.panelHead}>
        <h2>
          <Link to="/admin/downstreams">{title}</Link>
        </h2>
        {replica && <small>{say("admin.overview.strip_about", { replica })}</small>}
      </header>
      {downstreams.data.length === 0 ? (
        <p className={classes.nothing}>{say("admin.downstreams.none")}</p>
      ) : (
        <div className={classes.cells}>
          {downstreams.data.map((one) => (
            <Cell key={one.name} downstream={one} />
          ))}
        </div>
      )}
    </section>
  );
}

function Cell({ downstream: { name, health } }: { downstream: Downstream }) {
  return (
    <section aria-label={name}>
      <div className={classes.cellHead}>
        <h3>{name}</h3>
        <HealthState health={health} />
      </div>
      <dl>
        <dt>{say("admin.downstreams.latency")}</dt>
        <dd>{health.p50_ms === null ? "–" : `${took(health.p50_ms)} · ${took(health.p99_ms)}`}</dd>
        <dt>{say("admin.downstreams.errors")}</dt>
        <dd>{percent(failing(health))}</dd>
        <dt>{say("admin.downstreams.requests")}</dt>
        <dd>{count(health.requests)}</dd>
      </dl>
    </section>
  );
}
