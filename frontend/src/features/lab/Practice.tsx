import { Section } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import classes from "./lab.module.css";

const mistakes = ["passwords", "long_lived", "no_tls", "local_storage", "audience"] as const;

/** What goes wrong in practice, and the guard that this system has against it. */
export function Practice() {
  return (
    <Section title={say("lab.practice.title")}>
      <dl className={classes.practice}>
        {mistakes.map((name) => (
          <div key={name}>
            <dt>{say(`lab.practice.${name}.what`)}</dt>
            <dd>
              <p>{say(`lab.practice.${name}.why`)}</p>
              <p>
                <b className={classes.guard}>{say("lab.practice.guard")}</b>{" "}
                {say(`lab.practice.${name}.guard`)}
              </p>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
