import type { ReactNode } from "react";
import { say } from "../../shared/words/words.ts";
import { useRun } from "./api.ts";
import { Claims } from "./Claims.tsx";
import { code, verdict } from "./code.tsx";
import { Experiment } from "./Experiment.tsx";
import classes from "./lab.module.css";
import { length } from "./length.ts";
import { type Hop, type HopName, type Line, of } from "./lines.ts";

const hops: HopName[] = ["sent", "cross_site", "session", "route", "token", "downstream", "answer"];

/** One request, hop by hop: what each one saw, took away and put in. */
export function AnatomyPanel() {
  const { run, start, stop } = useRun("anatomy");
  return (
    <Experiment name="anatomy" run={run} start={start} stop={stop} finding={finding(run.lines)}>
      <ol className={classes.hops} aria-label={say("lab.anatomy.title")}>
        {hops.map((hop, n) => (
          <HopRow key={hop} hop={hop} n={n + 1} lines={run.lines} />
        ))}
      </ol>
      <p className={classes.foot}>{say("lab.anatomy.foot")}</p>
    </Experiment>
  );
}

const find = (lines: Line[], hop: HopName, pass: Hop["pass"]) =>
  of(lines, "hop").find((line) => line.hop === hop && line.pass === pass);

function finding(lines: Line[]): string {
  const first = find(lines, "answer", "first");
  const again = find(lines, "answer", "again");
  if (!first || !again) return "";
  return say("lab.anatomy.finding", { first: length(first.took_ms ?? 0), again: length(again.took_ms ?? 0) });
}

function HopRow({ hop, n, lines }: { hop: HopName; n: number; lines: Line[] }) {
  const first = find(lines, hop, "first");
  const again = find(lines, hop, "again");
  const refusal = of(lines, "refusal").find((line) => line.hop === hop);
  return (
    <li>
      <b className={classes.n} aria-hidden="true">
        {n}
      </b>
      <div className={classes.hopText}>
        <h3>{say(`lab.anatomy.${hop}`)}</h3>
        <p>{say(`lab.anatomy.${hop}_text`)}</p>
        {again && <Seen hop={again} />}
        {refusal && (
          <p className={classes.verdict}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <circle className={refusal.status < 400 ? classes.yes : classes.no} cx="5" cy="5" />
            </svg>
            {say(`lab.anatomy.${hop as Exclude<HopName, "answer">}_refused`)}{" "}
            {verdict(refusal.status, refusal.code)}
          </p>
        )}
      </div>
      <Times first={first} again={again} />
    </li>
  );
}

/** The first request, and one like it right after: what is remembered makes the difference. */
function Times({ first, again }: { first: Hop | undefined; again: Hop | undefined }) {
  if (first?.took_ms === undefined || again?.took_ms === undefined) return <div />;
  return (
    <dl className={classes.times}>
      {[first, again].map((hop) => (
        <div key={hop.pass}>
          <dt>{say(`lab.anatomy.pass_${hop.pass}`)}</dt>
          <dd>
            {length(hop.took_ms ?? 0)}
            {hop.source && <small>{sourceOf(hop.source)}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function sourceOf(source: string): string {
  const key = `lab.anatomy.from_${source}` as "lab.anatomy.from_cache";
  return say.has(key) ? say(key) : source;
}

function Seen({ hop }: { hop: Hop }) {
  switch (hop.hop) {
    case "sent":
      return (
        <Headers
          rows={[
            [`${hop.method} ${hop.path}`, ""],
            [
              "Cookie",
              say.rich("lab.anatomy.cookie", {
                name: hop.cookie ?? "",
                n: hop.characters ?? 0,
                digest: hop.digest ?? "",
                code,
              }),
            ],
            ...((hop.headers as string[]) ?? []).map((name): Row => [name, say("lab.anatomy.forged")]),
          ]}
        />
      );
    case "token":
      return <Claims head={hop.head ?? {}} claims={hop.claims ?? {}} />;
    case "downstream":
    case "answer":
      return (
        <>
          <Headers rows={valuesOf(hop)} />
          {hop.missing && hop.missing.length > 0 && (
            <p>{say.rich(`lab.anatomy.${hop.hop}_missing`, { names: hop.missing.join(", "), code })}</p>
          )}
        </>
      );
    default:
      return null;
  }
}

type Row = [name: string, value: ReactNode];

function valuesOf(hop: Hop): Row[] {
  const values = Object.entries((hop.headers as Record<string, string>) ?? {}).sort();
  return values.map(([name, value]) => [name, code(value)]);
}

function Headers({ rows }: { rows: Row[] }) {
  return (
    <dl className={classes.headers}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{code(name)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
