import { LineChart } from "@mantine/charts";
import { useState } from "react";
import { FiguresTable } from "../../shared/ui/AsTable.tsx";
import { Badge } from "../../shared/ui/Badge.tsx";
import { Section } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import { AsTable } from "./AsTable.tsx";
import { useRun } from "./api.ts";
import { Choice } from "./Choice.tsx";
import "./charts.css";
import { code } from "./code.tsx";
import { Experiment } from "./Experiment.tsx";
import { Figure } from "./Figure.tsx";
import classes from "./lab.module.css";
import { count } from "./length.ts";
import { type Line, of, type ScalePoint, type ScaleResult } from "./lines.ts";

const rates = [100, 1_000, 5_000];
const sessionCounts = [1_000, 10_000, 100_000];

/** What a look-up for each request costs the database as replicas and sessions grow, against the cache. */
export function ScalePanel() {
  const { run, start, stop } = useRun("scale");
  const [rate, setRate] = useState(1_000);
  const [sessions, setSessions] = useState(10_000);
  const result = of(run.lines, "result")[0] as ScaleResult | undefined;
  return (
    <Experiment
      name="scale"
      run={run}
      start={start}
      stop={stop}
      options={{ rate, sessions }}
      finding={result ? finding(result) : ""}
      controls={
        <>
          <Choice label={say("lab.scale.rate")} all={rates} value={rate} onChange={setRate} />
          <Choice
            label={say("lab.scale.sessions")}
            all={sessionCounts}
            value={sessions}
            onChange={setSessions}
          />
        </>
      }
    >
      <MeasuredFacts lines={run.lines} />
      <p className={classes.foot}>{say("lab.scale.foot")}</p>
      {result && (
        <>
          <Curve by="replicas" points={result.by_replicas} bears={result.measured.lookups_per_second} />
          <Curve by="sessions" points={result.by_sessions} bears={result.measured.lookups_per_second} />
          <Bandwidth result={result} />
        </>
      )}
    </Experiment>
  );
}

function finding({ by_replicas, measured }: ScaleResult): string {
  const most = by_replicas.at(-1);
  return say("lab.scale.finding", {
    replicas: most?.replicas ?? 0,
    lookup: count(most?.lookup_per_second ?? 0),
    cache: count(most?.cache_per_second ?? 0),
    bears: count(measured.lookups_per_second),
  });
}

/** What is measured, as it comes. */
function MeasuredFacts({ lines }: { lines: Line[] }) {
  const measured = of(lines, "measured");
  const cached = measured.find((line) => line.what === "cached");
  const lookups = measured.filter((line) => line.what === "lookups");
  const alone = lookups.find((line) => line.workers === 1);
  const most = lookups.at(-1)?.workers;
  const best = lookups.reduce((most, line) => Math.max(most, line.per_second ?? 0), 0);
  return (
    <div className={classes.choose}>
      <article>
        <h3>{say("lab.scale.cached")}</h3>
        <Figure milliseconds={cached?.p50_ms ?? null} />
        <p>{say("lab.scale.cached_more")}</p>
      </article>
      <article>
        <h3>{say("lab.scale.lookup")}</h3>
        <Figure milliseconds={alone?.p50_ms ?? null} />
        <p>{say("lab.scale.lookup_more")}</p>
      </article>
      <article>
        <h3>{say("lab.scale.bears")}</h3>
        <p className={classes.figure}>
          {best ? (
            <>
              {count(best)} <small>{say("lab.scale.per_second")}</small>
            </>
          ) : (
            "–"
          )}
        </p>
        <p>{most ? say("lab.scale.bears_more", { n: most }) : say("lab.scale.bears_before")}</p>
      </article>
    </div>
  );
}

/** One question: how many statements a second? Worked out, and marked as such. */
function Curve({ by, points, bears }: { by: "replicas" | "sessions"; points: ScalePoint[]; bears: number }) {
  const title = say(`lab.scale.by_${by}`);
  const data = points.map((point) => ({
    by: count(point[by]),
    lookup: point.lookup_per_second,
    cache: point.cache_per_second,
  }));
  const last = data.at(-1);
  return (
    <Section title={title}>
      <AsTable
        label={title}
        table={{
          head: [say(`lab.scale.${by}`), say("lab.scale.with_lookup"), say("lab.scale.with_cache")],
          rows: data.map((row) => [row.by, count(row.lookup), count(row.cache, 1)]),
        }}
      >
        <figure className={classes.panel} aria-label={title}>
          <figcaption className={classes.caption}>
            <Badge>{say("lab.scale.simulated")}</Badge>
            <span>{say("lab.scale.unit")}</span>
          </figcaption>
          <div
            role="img"
            aria-label={say("lab.scale.words", {
              title,
              by: last?.by ?? "",
              lookup: count(last?.lookup ?? 0),
              cache: count(last?.cache ?? 0),
            })}
          >
            <LineChart
              h={240}
              data={data}
              dataKey="by"
              series={[
                {
                  name: "lookup",
                  label: say("lab.scale.with_lookup"),
                  color: "var(--chart-2)",
                  strokeDasharray: "5 4",
                },
                { name: "cache", label: say("lab.scale.with_cache"), color: "var(--chart-1)" },
              ]}
              referenceLines={[{ y: bears, label: say("lab.scale.bears_line"), color: "var(--refused)" }]}
              curveType="linear"
              withLegend
              tickLine="none"
              gridAxis="x"
              valueFormatter={(value) => count(value)}
              yAxisProps={{ width: 64 }}
              lineProps={{ isAnimationActive: false }}
              lineChartProps={{ accessibilityLayer: false }}
              tooltipAnimationDuration={0}
            />
          </div>
        </figure>
      </AsTable>
      <p className={classes.foot}>{say(`lab.scale.formula_${by}`)}</p>
    </Section>
  );
}

function Bandwidth({ result }: { result: ScaleResult }) {
  const { measured, bandwidth } = result;
  return (
    <Section title={say("lab.scale.bandwidth")}>
      <FiguresTable
        boxed
        label={say("lab.scale.bandwidth")}
        head={[say("lab.scale.header"), say("lab.scale.bytes"), say("lab.scale.kbit")]}
        rows={[
          [
            code("Cookie: __Host-session"),
            count(measured.cookie_bytes),
            count(bandwidth.cookie_kbit_per_second),
          ],
          [
            code("Authorization: Bearer"),
            count(measured.token_bytes),
            count(bandwidth.token_kbit_per_second),
          ],
        ]}
      />
      <p className={classes.foot}>{say("lab.scale.bandwidth_text")}</p>
    </Section>
  );
}
