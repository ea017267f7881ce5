import { Section } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import type { Experiment } from "./api.ts";
import classes from "./lab.module.css";
import { laneNames } from "./lanes.ts";

const points = ["open", "costs", "run"] as const;

/** When to choose which, in plain words: what the experiment says of it, and then each of the ways. */
export function Choose({ after }: { after: Experiment }) {
  return (
    <Section title={say("lab.choose.title")}>
      <p className={classes.lesson}>{say(`lab.${after}.choose`)}</p>
      <div className={classes.choose}>
        {laneNames.map((name) => (
          <article key={name}>
            <h3>{say(`lab.ways.${name}`)}</h3>
            <p>{say(`lab.choose.${name}.text`)}</p>
            <dl>
              {points.map((point) => (
                <div key={point} className={classes.point}>
                  <dt>{say(`lab.choose.${point}`)}</dt>
                  <dd>{say(`lab.choose.${name}.${point}`)}</dd>
                </div>
              ))}
            </dl>
          </article>
        ))}
      </div>
    </Section>
  );
}
