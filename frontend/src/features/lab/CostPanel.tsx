import { BarChart } from "@mantine/charts";
import { Section } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import { AsTable } from "./AsTable.tsx";
import { useRun } from "./api.ts";
import "./charts.css";
import { Experiment } from "./Experiment.tsx";
import { Figure } from "./Figure.tsx";
import { bins, quantile, tookOf } from "./histogram.ts";
import classes from "./lab.module.css";
import { count, length } from "./length.ts";
import { type CostResult, of, type WayName, type WaySummary } from "./lines.ts";

const ways: WayName[] = ["cookie", "feed", "signature", "lookup"];

/** What a request of each way takes, as a histogram, and where the time goes. */
export function CostPanel() {
  const { run, start, stop } = useRun("cost");
  const took = tookOf(run.lines);
  const result = of(run.lines, "result")[0] as CostResult | undefined;
  const rows = ways.map((way) => {
    const all = took.get(way) ?? [];
    return [way, quantile(all, 0.5), quantile(all, 0.9), quantile(all, 0.99), all.length] as const;
  });
  return (
    <Experiment name="cost" run={run} start={start} stop={stop} finding={result ? finding(result) : ""}>
      <AsTable
        label={say("lab.cost.chart")}
        table={{
          head: [
            say("lab.revoke.way"),
            say("lab.cost.p50"),
            say("lab.cost.p90"),
            say("lab.cost.p99"),
            say("lab.cost.counted"),
          ],
          rows: rows.map(([way, p50, p90, p99, n]) => [
            say(`lab.ways.${way}`),
            ...[p50, p90, p99].map((value) => (value === null ? "–" : length(value))),
            count(n),
          ]),
        }}
      >
        <Histograms took={took} />
      </AsTable>
      <p className={classes.foot}>
        {result ? say("lab.cost.foot", { n: result.requests, warm: 5 }) : say("lab.cost.foot_before")}
      </p>
      {result && <Parts result={result} />}
    </Experiment>
  );
}

/** What of a request is spent on knowing who asks, in milliseconds at the median. */
function whoOf({ parts_ms: { session = 0, token = 0, signature = 0, database = 0 } }: WaySummary): number {
  return session + token + signature + database;
}

/** What was measured, and no more: the look-up is called slower only where it was, and by how much. */
function finding({ ways: { cookie, signature, lookup } }: CostResult): string {
  if (!cookie || !signature) return "";
  const said = {
    cookie: length(whoOf(cookie)),
    signature: length(whoOf(signature)),
    hop: say("lab.cost.finding_hop", {
      through: length(cookie.p50_ms),
      straight: length(signature.p50_ms),
    }),
  };
  if (!lookup) return say("lab.cost.finding", said);
  const times = whoOf(lookup) / Math.max(whoOf(cookie), whoOf(signature));
  const known = Number.isFinite(times) && times >= 1.5;
  return say(known ? "lab.cost.finding_times" : "lab.cost.finding_lookup", {
    ...said,
    lookup: length(whoOf(lookup)),
    times: count(times, times < 10 ? 1 : 0),
  });
}

/** Multiples: one plot for each way, on one scale. */
function Histograms({ took }: { took: Map<WayName, number[]> }) {
  const all = ways.map((way) => ({ way, took: took.get(way) ?? [], bins: bins(took.get(way) ?? []) }));
  const top = Math.max(5, ...all.flatMap((one) => one.bins.map((bin) => bin.n)));
  return (
    <figure className={classes.race} aria-label={say("lab.cost.chart")}>
      {all.map((one, n) => {
        const p50 = quantile(one.took, 0.5);
        const p99 = quantile(one.took, 0.99);
        const last = n === all.length - 1;
        const words = { way: say(`lab.ways.${one.way}`), p50: length(p50 ?? 0), p99: length(p99 ?? 0) };
        return (
          <section key={one.way} className={classes.lane} aria-label={say(`lab.ways.${one.way}`)}>
            <div className={classes.head}>
              <h3>{say(`lab.ways.${one.way}`)}</h3>
              <Figure milliseconds={p50} />
              <p>{p99 === null ? say("lab.cost.not_yet") : say("lab.cost.half", { p99: length(p99) })}</p>
            </div>
            <div
              className={classes.bars}
              role="img"
              aria-label={p50 === null ? say("lab.revoke.words_before", words) : say("lab.cost.words", words)}
            >
              <BarChart
                h={last ? 116 : 92}
                data={one.bins}
                dataKey="from"
                series={[{ name: "n", label: say("lab.cost.counted"), color: "var(--chart-1)" }]}
                withXAxis={last}
                withYAxis={false}
                gridAxis="none"
                tickLine="none"
                unit=""
                xAxisProps={{ interval: 5, tickMargin: 4 }}
                yAxisProps={{ domain: [0, top] }}
                barProps={{ isAnimationActive: false, radius: 1 }}
                barChartProps={{ accessibilityLayer: false, barCategoryGap: 1 }}
                tooltipAnimationDuration={0}
              />
            </div>
          </section>
        );
      })}
      <p className={classes.axisName}>{say("lab.cost.axis")}</p>
    </figure>
  );
}

/** Where the time goes, as far as the answers themselves say. */
function Parts({ result }: { result: CostResult }) {
  const rows = ways.flatMap((way) => {
    const of_ = result.ways[way];
    if (!of_) return [];
    const { upstream = 0 } = of_.parts_ms;
    const who = whoOf(of_);
    const rest = Math.max(0, of_.p50_ms - who - upstream);
    const names = { way: say(`lab.ways.${way}`), tick: unbroken(say(`lab.ways_short.${way}`)) };
    return [{ ...names, who, service: upstream, rest }];
  });
  const parts = ["who", "service", "rest"] as const;
  return (
    <Section title={say("lab.cost.parts")}>
      <AsTable
        label={say("lab.cost.parts")}
        table={{
          head: [say("lab.revoke.way"), ...parts.map((part) => say(`lab.cost.part_${part}`))],
          rows: rows.map((row) => [row.way, length(row.who), length(row.service), length(row.rest)]),
        }}
      >
        <figure className={classes.panel} aria-label={say("lab.cost.parts")}>
          <div role="img" aria-label={partsInWords(rows)}>
            <BarChart
              h={208}
              data={rows}
              dataKey="tick"
              type="stacked"
              orientation="vertical"
              series={parts.map((part, n) => ({
                name: part,
                label: say(`lab.cost.part_${part}`),
                color: `var(--chart-${n + 1})`,
              }))}
              withLegend
              gridAxis="y"
              tickLine="none"
              valueFormatter={(value) => length(value)}
              yAxisProps={{ width: 104 }}
              barProps={{ isAnimationActive: false, stroke: "var(--surface)", strokeWidth: 1 }}
              barChartProps={{ accessibilityLayer: false }}
              tooltipAnimationDuration={0}
            />
          </div>
        </figure>
      </AsTable>
      <p className={classes.foot}>
        {say("lab.cost.parts_text", {
          cached: result.lookups_by_outcome.cache,
          asked: result.lookups_by_outcome.database,
        })}
      </p>
    </Section>
  );
}

/** On an axis a name stays on one line. */
function unbroken(name: string): string {
  return name.replaceAll(" ", "\u00a0");
}

function partsInWords(rows: { way: string; who: number }[]): string {
  return rows.map(({ way, who }) => say("lab.cost.part_words", { way, length: length(who) })).join(" ");
}
