import IconCookie from "@tabler/icons-react/icons/IconCookie";
import IconRss from "@tabler/icons-react/icons/IconRss";
import IconWritingSign from "@tabler/icons-react/icons/IconWritingSign";
import { Icon } from "../../shared/ui/Icon.tsx";
import { say } from "../../shared/words/words.ts";
import { Figure } from "./Figure.tsx";
import classes from "./lab.module.css";
import { type Axis, axisTo, type Lane } from "./lanes.ts";
import { clockWithSeconds, length, preciseClock } from "./length.ts";
import type { Ending, LaneName, Probe } from "./lines.ts";

export const icons: Record<LaneName, typeof IconCookie> = {
  cookie: IconCookie,
  feed: IconRss,
  signature: IconWritingSign,
};

const usualLeewayOver = 330_000;

/** Three lanes on one time axis. No library draws lanes on a logarithm that begins at an event. */
export function Race({ lanes, ending, running }: { lanes: Lane[]; ending: Ending | null; running: boolean }) {
  const axis = axisTo(ending?.leeway_over_ms ?? usualLeewayOver);
  return (
    <figure className={classes.race} aria-label={say("lab.revoke.chart")}>
      <div className={classes.lane}>
        <div className={classes.keys}>
          <Key admitted />
          <Key admitted={false} />
        </div>
        <div className={`${classes.track} ${classes.start}`}>
          <svg className={classes.plot} aria-hidden="true">
            <text className={classes.minor} x="0" y="40">
              {say("lab.revoke.before")}
            </text>
            <Edge axis={axis} from={24} />
            <svg x={`${axis.end}%`} overflow="visible" aria-hidden="true">
              <text className={classes.moment} x="-6" y="18">
                {ending ? say("lab.revoke.moment", { clock: preciseClock(new Date(ending.at)) }) : ""}
              </text>
            </svg>
          </svg>
        </div>
      </div>
      {lanes.map((lane) => (
        <LaneRow key={lane.name} lane={lane} axis={axis} ending={ending} running={running} />
      ))}
      <div className={classes.lane}>
        <p className={classes.axisName}>{say("lab.revoke.axis")}</p>
        <div className={classes.track}>
          <svg className={classes.plot} aria-hidden="true">
            {axis.ticks.map(({ at, milliseconds, minor }) => (
              <text
                key={milliseconds}
                className={minor ? classes.minor : undefined}
                x={`${at}%`}
                y="22"
                textAnchor="middle"
              >
                {length(milliseconds)}
              </text>
            ))}
          </svg>
        </div>
      </div>
    </figure>
  );
}

function LaneRow({
  lane,
  axis,
  ending,
  running,
}: {
  lane: Lane;
  axis: Axis;
  ending: Ending | null;
  running: boolean;
}) {
  const open = ending && lane.refusedFrom === null;
  return (
    <section className={classes.lane} aria-label={say(`lab.ways.${lane.name}`)}>
      <div className={classes.head}>
        <h3>
          <Icon of={icons[lane.name]} className={classes.icon} />
          {say(`lab.ways.${lane.name}`)}
        </h3>
        <Figure milliseconds={ending ? lane.lastLetIn : null} />
        <p>{under(lane, ending, running)}</p>
      </div>
      <div className={`${classes.track} ${classes.evidence}`}>
        <svg className={classes.plot} role="img" aria-label={inWords(lane, ending)}>
          {axis.ticks.map(({ at, milliseconds, minor }) => (
            <line
              key={milliseconds}
              className={minor ? `${classes.grid} ${classes.minor}` : classes.grid}
              x1={`${at}%`}
              x2={`${at}%`}
              y1="0"
              y2="100%"
            />
          ))}
          {ending && lane.letIn > 0 && (
            <Stretch from={axis.end} to={axis.x(lane.lastLetIn)} className={classes.exposed} />
          )}
          {open && lane.name === "signature" && (
            <Stretch
              from={axis.x(lane.lastLetIn)}
              to={axis.x(ending.leeway_over_ms)}
              className={classes.planned}
            />
          )}
          <Edge axis={axis} from={0} />
          {lane.before.map((probe, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they only ever grow, at the end
            <Dot key={n} probe={probe} at={axis.before(n, lane.before.length)} />
          ))}
          {lane.after.map((probe) => (
            <Dot key={probe.at_ms} probe={probe} at={axis.x(probe.at_ms ?? 0)} />
          ))}
        </svg>
      </div>
    </section>
  );
}

/** Below the figure: what it counts, and while it goes on, until when at the latest. */
function under(lane: Lane, ending: Ending | null, running: boolean): string {
  if (!ending) return say("lab.revoke.not_yet");
  if (lane.refusedFrom !== null) return say("lab.revoke.until_last", { n: lane.letIn });
  if (lane.name !== "signature") return say("lab.revoke.still");
  const until = clockWithSeconds(new Date(Date.parse(ending.at) + ending.leeway_over_ms));
  return say(running ? "lab.revoke.still_until" : "lab.revoke.left_until", { until });
}

function inWords(lane: Lane, ending: Ending | null): string {
  const way = say(`lab.ways.${lane.name}`);
  if (!ending) return say("lab.revoke.words_before", { way });
  const length_ = length(lane.lastLetIn);
  return lane.refusedFrom === null
    ? say("lab.revoke.words_open", { way, length: length_ })
    : say("lab.revoke.words_over", { way, length: length_ });
}

function Stretch({ from, to, className }: { from: number; to: number; className: string | undefined }) {
  return (
    <rect className={className} x={`${from}%`} width={`${Math.max(0, to - from)}%`} height={24} rx={2} />
  );
}

/** The threshold: where one goes out. */
function Edge({ axis, from }: { axis: Axis; from: number }) {
  return (
    <svg x={`${axis.end}%`} overflow="visible" height="100%" aria-hidden="true">
      <line className={classes.edge} x1="-1.5" x2="-1.5" y1={from} y2="100%" />
      <line className={classes.edge} x1="1.5" x2="1.5" y1={from} y2="100%" />
    </svg>
  );
}

/** Never colour alone: let in is filled, refused is hollow, and what was no verdict is a stroke. */
function Dot({ probe, at }: { probe: Probe; at: number }) {
  const kind = probe.admitted ? classes.yes : probe.status === 401 ? classes.no : classes.neither;
  return <circle className={kind} cx={`${at}%`} cy="50%" />;
}

function Key({ admitted }: { admitted: boolean }) {
  return (
    <span className={classes.key}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <circle className={admitted ? classes.yes : classes.no} cx="5" cy="5" />
      </svg>
      {say(admitted ? "lab.revoke.admitted" : "lab.revoke.refused")}
    </span>
  );
}
