import { SegmentedControl, Skeleton } from "@mantine/core";
import "@mantine/core/styles/FloatingIndicator.layer.css";
import "@mantine/core/styles/SegmentedControl.layer.css";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Overview } from "../../shared/api/contract.ts";
import { clock } from "../../shared/format/time.ts";
import { useFilters } from "../../shared/list/useFilters.ts";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { PageHead, Pending } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import { lengths, useOverview, type Window } from "./api.ts";
import { OpenSessions, Requests, RevocationDelay, SignIns } from "./Charts.tsx";
import { Ended } from "./Ended.tsx";
import classes from "./overview.module.css";
import { Strip } from "./Strip.tsx";
import { minutes, steps } from "./series.ts";

/** How everything does, live. */
export function OverviewPage() {
  const [{ window: asked }, change] = useFilters("window");
  const window: Window = asked === "1h" ? "1h" : "15m";
  const overview = useOverview(window);
  const { data } = overview;
  return (
    <>
      <PageHead
        title={say("door.pages.admin_overview")}
        action={
          <div className={classes.acts}>
            <Live overview={overview} />
            <SegmentedControl
              aria-label={say("admin.overview.window")}
              classNames={{
                root: classes.segments ?? "",
                label: classes.segment ?? "",
                indicator: classes.chosen ?? "",
              }}
              transitionDuration={0}
              value={window}
              onChange={(to) => change({ window: to === "15m" ? "" : to })}
              data={[
                { value: "15m", label: say("admin.overview.minutes15") },
                { value: "1h", label: say("admin.overview.hour") },
              ]}
            />
          </div>
        }
      >
        {data ? about(data) : <Pending>{say("admin.overview.pending")}</Pending>}
      </PageHead>
      <div className={classes.page}>
        <Strip />
        {data ? (
          <>
            <ChartsOf overview={data} window={window} />
            <Ended ended={data.ended} />
          </>
        ) : overview.error ? (
          <Failed
            title={say("admin.overview.failed")}
            error={overview.error}
            retry={() => void overview.refetch()}
          />
        ) : (
          <Waiting />
        )}
      </div>
    </>
  );
}

const charts = ["sessions", "sign_ins", "requests", "delay"] as const;

/** The charts, as long as nothing is known. */
function Waiting() {
  return (
    <>
      <div className={`${classes.panel} ${classes.charts}`} aria-hidden="true">
        {charts.map((name) => (
          <div key={name} className={`${classes.chart} ${classes.waiting}`}>
            <h2>{say(`admin.overview.${name}`)}</h2>
            <Skeleton height="100%" />
          </div>
        ))}
      </div>
      <Hidden>{say("admin.overview.loading")}</Hidden>
    </>
  );
}

function about({ replicas, users }: Overview): string {
  return say("admin.overview.about", { host: window.location.host, replicas: replicas.length, users });
}

/** Whether what one sees is what is: the last look succeeded. */
function Live({ overview: { isError, data, dataUpdatedAt } }: { overview: UseQueryResult<Overview> }) {
  if (!data) return null;
  return (
    <span className={isError ? classes.stale : classes.live} role="status">
      {isError
        ? say("admin.overview.not_live", { clock: clock(new Date(dataUpdatedAt)) })
        : say("admin.overview.live")}
    </span>
  );
}

/** Steps are as wide as a line can show: 5 s in a quarter of an hour, 30 s in an hour. */
function ChartsOf({ overview: { samples, step, now }, window }: { overview: Overview; window: Window }) {
  const gathered = steps(samples, step, window === "1h" ? 30 : Math.max(step, 5));
  const said = say(window === "1h" ? "admin.overview.last_hour" : "admin.overview.last_minutes15");
  const through: [number, number] = [Date.parse(now) - lengths[window], Date.parse(now)];
  if (samples.length === 0) {
    return (
      <section className={classes.panel} aria-label={said}>
        <p className={classes.nothing}>{say("admin.overview.no_samples")}</p>
      </section>
    );
  }
  return (
    <section className={`${classes.panel} ${classes.charts}`} aria-label={said}>
      <OpenSessions steps={gathered} window={through} said={said} />
      <SignIns minutes={minutes(samples, through)} window={through} said={said} />
      <Requests steps={gathered} window={through} said={said} />
      <RevocationDelay steps={gathered} window={through} said={said} />
    </section>
  );
}
