import { say } from "../../shared/words/words.ts";
import { AsTable } from "./AsTable.tsx";
import { useRun } from "./api.ts";
import { Experiment } from "./Experiment.tsx";
import { Happened } from "./Happened.tsx";
import classes from "./lab.module.css";
import { type Lane, lanesOf } from "./lanes.ts";
import { clockWithSeconds, count, length } from "./length.ts";
import { type Ending, type Line, of } from "./lines.ts";
import { Race } from "./Race.tsx";

/** One session in three ways, ended once: until when is each let in? */
export function RevokePanel() {
  const { run, start, stop } = useRun("revoke");
  const lanes = lanesOf(run.lines);
  const [ending] = of(run.lines, "ending");
  return (
    <Experiment name="revoke" run={run} start={start} stop={stop} finding={finding(lanes, ending)}>
      <AsTable
        label={say("lab.revoke.chart")}
        table={{
          head: [
            say("lab.revoke.way"),
            say("lab.revoke.let_in"),
            say("lab.revoke.last_let_in"),
            say("lab.revoke.refused_from"),
          ],
          rows: lanes.map((lane) => [
            say(`lab.ways.${lane.name}`),
            count(lane.letIn),
            ending ? length(lane.lastLetIn) : "–",
            lane.refusedFrom === null ? "–" : length(lane.refusedFrom),
          ]),
        }}
      >
        <Race lanes={lanes} ending={ending ?? null} running={run.state === "running"} />
      </AsTable>
      <p className={classes.foot}>{foot(run.lines)}</p>
      <Happened lines={run.lines} lanes={lanes} />
    </Experiment>
  );
}

/** The answer, once both of the first are refused. */
function finding([cookie, feed, signature]: Lane[], ending: Ending | undefined): string {
  if (!ending || !cookie || !feed || !signature) return "";
  if (cookie.refusedFrom === null || feed.refusedFrom === null) return "";
  const both = { cookie: length(cookie.lastLetIn), feed: length(feed.lastLetIn) };
  if (signature.refusedFrom !== null)
    return say("lab.revoke.finding_over", { ...both, signature: length(signature.lastLetIn) });
  return say("lab.revoke.finding", { ...both, until: clockWithSeconds(over(ending)) });
}

/** When no token of that session can be good any more. */
export function over(ending: Ending): Date {
  return new Date(Date.parse(ending.at) + ending.leeway_over_ms);
}

function foot(lines: Line[]): string {
  const [began] = of(lines, "began");
  if (!began?.token_lifetime_ms) return say("lab.revoke.foot_before");
  return say("lab.revoke.foot", {
    life: length(began.token_lifetime_ms),
    n: of(lines, "probe").length,
  });
}
