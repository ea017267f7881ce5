import { Section } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import classes from "./lab.module.css";
import type { Lane } from "./lanes.ts";
import { length } from "./length.ts";
import { type Line, of } from "./lines.ts";

interface Moment {
  at: number;
  text: string;
  /** It has not come yet: when it will, is known. */
  planned?: boolean;
}

/** What happened in this run, in the order in which it did. */
export function Happened({ lines, lanes }: { lines: Line[]; lanes: Lane[] }) {
  const moments = momentsOf(lines, lanes);
  if (moments.length === 0) return null;
  return (
    <Section title={say("lab.revoke.happened")}>
      <ol className={classes.happened}>
        {moments.map(({ at, text, planned }) => (
          <li key={text} data-planned={planned || undefined}>
            <b>{length(at)}</b>
            <p>{text}</p>
          </li>
        ))}
      </ol>
    </Section>
  );
}

export function momentsOf(lines: Line[], lanes: Lane[]): Moment[] {
  const [ending] = of(lines, "ending");
  if (!ending) return [];
  const moments: Moment[] = [{ at: 0, text: say("lab.revoke.asked") }];
  for (const { at_ms } of of(lines, "ended")) moments.push({ at: at_ms, text: say("lab.revoke.answered") });
  for (const { stream, at_ms } of of(lines, "closed"))
    moments.push({ at: at_ms, text: say(`lab.revoke.closed_${stream}`) });
  for (const { name, letIn, lastLetIn, refusedFrom } of lanes) {
    if (refusedFrom === null) continue;
    if (letIn > 0) moments.push({ at: lastLetIn, text: say(`lab.revoke.last_${name}`) });
    moments.push({ at: refusedFrom, text: say(`lab.revoke.first_refused_${name}`) });
  }
  const gone = Math.max(0, ...of(lines, "probe").map((probe) => probe.at_ms ?? 0));
  moments.push(
    { at: ending.expires_ms, text: say("lab.revoke.expires"), planned: gone < ending.expires_ms },
    { at: ending.leeway_over_ms, text: say("lab.revoke.leeway_over"), planned: gone < ending.leeway_over_ms },
  );
  return moments.sort((a, b) => a.at - b.at);
}
