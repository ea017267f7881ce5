import { count, figure, took } from "../../shared/format/measure.ts";
import { clock, exactClock } from "../../shared/format/time.ts";
import { say } from "../../shared/words/words.ts";
import { ChartPanel } from "./ChartPanel.tsx";
import classes from "./overview.module.css";
import { Areas, Bars, Lines, type Series } from "./Plot.tsx";
import { first, last, type Minute, mean, type Step, worst } from "./series.ts";

const known = (n: number | null, form: (n: number) => string = count) => (n === null ? "–" : form(n));
const time = ({ at }: { at: number }) => clock(new Date(at));
/** In a table, where there are several in a minute. */
const second = ({ at }: { at: number }) => exactClock(new Date(at));
const whole = (n: number) => count(n);

/** How many sessions are open, by kind. */
export function OpenSessions({
  steps,
  window,
  said,
}: {
  steps: Step[];
  window: [number, number];
  said: string;
}) {
  const series: Series[] = [
    { name: "browser", label: say("admin.overview.browser"), color: "var(--chart-1)" },
    { name: "client", label: say("admin.overview.client"), color: "var(--chart-2)" },
  ];
  const browser = steps.map((step) => step.browser);
  const client = steps.map((step) => step.client);
  return (
    <ChartPanel
      title={say("admin.overview.sessions")}
      about={say("admin.overview.sessions_about")}
      keys={[
        { ...(series[0] as Series), now: known(last(browser)) },
        { ...(series[1] as Series), now: known(last(client)) },
      ]}
      table={() => ({
        head: [say("admin.overview.at"), ...series.map(({ label }) => label)],
        rows: steps.map((step) => [second(step), known(step.browser), known(step.client)]),
      })}
    >
      <Areas
        series={series}
        data={steps}
        window={window}
        format={whole}
        finding={say("admin.overview.sessions_finding", {
          window: said,
          browserFirst: known(first(browser)),
          browserLast: known(last(browser)),
          clientFirst: known(first(client)),
          clientLast: known(last(client)),
        })}
      />
    </ChartPanel>
  );
}

type Known = { [Key in keyof Minute]: number };

/** Tries to sign in, a minute each, and how they ended. */
export function SignIns({
  minutes,
  window,
  said,
}: {
  minutes: Minute[];
  window: [number, number];
  said: string;
}) {
  const series: Series[] = [
    { name: "signedIn", label: say("admin.overview.signed_in"), color: "var(--chart-1)" },
    { name: "failed", label: say("admin.overview.failed_sign_ins"), color: "var(--refused)" },
  ];
  const told = minutes.flatMap(({ at, signedIn, failed }) =>
    signedIn === null || failed === null ? [] : [{ at, signedIn, failed }],
  );
  const total = (of: (minute: Known) => number) => told.reduce((all, minute) => all + of(minute), 0);
  const most = told.reduce<Known | null>((a, b) => (a && a.failed >= b.failed ? a : b), null);
  const finding = { window: said, signedIn: total((m) => m.signedIn), failed: total((m) => m.failed) };
  return (
    <ChartPanel
      title={say("admin.overview.sign_ins")}
      about={say("admin.overview.sign_ins_about")}
      bars
      keys={[
        { ...(series[0] as Series), now: count(finding.signedIn) },
        { ...(series[1] as Series), now: count(finding.failed) },
      ]}
      table={() => ({
        head: [say("admin.overview.at"), ...series.map(({ label }) => label)],
        rows: told.map((minute) => [time(minute), count(minute.signedIn), count(minute.failed)]),
      })}
    >
      <Bars
        series={series}
        data={minutes}
        window={window}
        format={whole}
        finding={
          most && most.failed > 0
            ? say("admin.overview.sign_ins_finding_most", { ...finding, most: most.failed, at: time(most) })
            : say("admin.overview.sign_ins_finding", finding)
        }
      />
    </ChartPanel>
  );
}

const rates = [
  { name: "exchanges", color: "var(--chart-3)" },
  { name: "cache", color: "var(--chart-1)" },
  { name: "database", color: "var(--chart-2)" },
  { name: "refused", color: "var(--refused)" },
] as const;

/** What is asked of us a second: four plots on one axis of time, each on its own scale. */
export function Requests({ steps, window, said }: { steps: Step[]; window: [number, number]; said: string }) {
  const share = memoryShare(steps);
  return (
    <ChartPanel
      title={say("admin.overview.requests")}
      about={
        share === null
          ? say("admin.overview.requests_about")
          : say("admin.overview.requests_share", { share: count(share, 1) })
      }
      table={() => ({
        head: [say("admin.overview.at"), ...rates.map(({ name }) => say(`admin.overview.${name}`))],
        rows: steps.map((step) => [second(step), ...rates.map(({ name }) => known(step[name], figure))]),
      })}
    >
      <div className={classes.multiples}>
        {rates.map(({ name, color }, n) => {
          const values = steps.map((step) => step[name]);
          const label = say(`admin.overview.${name}`);
          return (
            <div key={name} className={classes.multiple}>
              <p>
                <b>{known(last(values), figure)}</b> {say("admin.overview.per_second")}
                <small>{label}</small>
              </p>
              <Lines
                series={[{ name, label, color }]}
                data={steps}
                window={window}
                format={figure}
                height={n === rates.length - 1 ? 68 : 44}
                axis={n === rates.length - 1}
                finding={say("admin.overview.rate_finding", {
                  label,
                  window: said,
                  mean: known(mean(values), figure),
                  most: known(worst(values), figure),
                })}
              />
            </div>
          );
        })}
      </div>
    </ChartPanel>
  );
}

/** What part of the look-ups memory answered, in percent; null where there were none. */
function memoryShare(steps: Step[]): number | null {
  const of = (name: "cache" | "database") => steps.reduce((all, step) => all + (step[name] ?? 0), 0);
  const all = of("cache") + of("database");
  return all === 0 ? null : (100 * of("cache")) / all;
}

/** How long after a session's end the last replica knew of it. */
export function RevocationDelay({
  steps,
  window,
  said,
}: {
  steps: Step[];
  window: [number, number];
  said: string;
}) {
  const series: Series[] = [
    { name: "p50", label: say("admin.overview.p50"), color: "var(--chart-1)" },
    { name: "p99", label: say("admin.overview.p99"), color: "var(--chart-1)", dashed: true },
  ];
  const [p50, p99] = [steps.map((step) => step.p50), steps.map((step) => step.p99)];
  const peak = steps.find((step) => step.p99 !== null && step.p99 === worst(p99));
  return (
    <ChartPanel
      title={say("admin.overview.delay")}
      about={say("admin.overview.delay_about")}
      keys={[
        { ...(series[0] as Series), now: took(last(p50)) },
        { ...(series[1] as Series), now: took(last(p99)) },
      ]}
      table={() => ({
        head: [say("admin.overview.at"), ...series.map(({ label }) => label)],
        rows: steps
          .filter((step) => step.p99 !== null)
          .map((step) => [second(step), took(step.p50), took(step.p99)]),
      })}
    >
      {peak ? (
        <Lines
          sparse
          dots={p99.filter((value) => value !== null).length < 30}
          series={series}
          data={steps}
          window={window}
          format={took}
          finding={say("admin.overview.delay_finding", {
            window: said,
            p50: took(mean(p50)),
            most: took(peak.p99),
            at: time(peak),
          })}
        />
      ) : (
        <p className={classes.nothing}>{say("admin.overview.delay_none", { window: said })}</p>
      )}
    </ChartPanel>
  );
}
