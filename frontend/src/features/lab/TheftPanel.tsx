import type IconCookie from "@tabler/icons-react/icons/IconCookie";
import IconSpy from "@tabler/icons-react/icons/IconSpy";
import IconTerminal2 from "@tabler/icons-react/icons/IconTerminal2";
import IconUser from "@tabler/icons-react/icons/IconUser";
import type { ReactNode } from "react";
import { Icon } from "../../shared/ui/Icon.tsx";
import { Mark } from "../../shared/ui/Mark.tsx";
import { Section } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import { useRun } from "./api.ts";
import { Claims } from "./Claims.tsx";
import { code, verdict } from "./code.tsx";
import { Experiment } from "./Experiment.tsx";
import classes from "./lab.module.css";
import { length } from "./length.ts";
import { of, type SceneName, type Step, type Who } from "./lines.ts";

const scenes: SceneName[] = ["refresh", "database", "token"];

const figures: Record<Exclude<Who, "vestibule">, typeof IconCookie> = {
  client: IconTerminal2,
  thief: IconSpy,
  person: IconUser,
};

/** Three things are stolen: what is each good for? */
export function TheftPanel() {
  const { run, start, stop } = useRun("theft");
  const steps = of(run.lines, "step");
  const findings = scenes.map((scene) => findingOf(scene, steps)).filter(Boolean);
  return (
    <Experiment name="theft" run={run} start={start} stop={stop} finding={findings.join(" ")} quiet>
      {scenes.map((scene) => (
        <Section key={scene} title={say(`lab.theft.${scene}`)}>
          <p className={classes.answer} data-known={findingOf(scene, steps) !== "" || undefined}>
            {findingOf(scene, steps) || say(`lab.theft.${scene}_question`)}
          </p>
          <Steps steps={steps.filter((step) => step.scene === scene)} scene={scene} />
          <p className={classes.foot}>{say(`lab.theft.${scene}_text`)}</p>
        </Section>
      ))}
    </Experiment>
  );
}

/** What a scene has shown: from what was answered, never from what should be. */
export function findingOf(scene: SceneName, steps: Step[]): string {
  const did = (deed: Step["did"]) => steps.filter((step) => step.scene === scene && step.did === deed);
  switch (scene) {
    case "refresh": {
      const refused = did("asked_api").find((step) => step.status === 401);
      const [replayed] = did("replayed");
      if (!refused || !replayed || replayed.status === 200) return "";
      return say("lab.theft.refresh_finding", { length: length(refused.after_ms ?? 0) });
    }
    case "database": {
      if (did("no_database").length > 0) return say("lab.theft.no_database");
      const tries = [...did("tried_cookie"), ...did("tried_bearer"), ...did("tried_refresh")];
      const opened = tries.filter((step) => (step.status ?? 0) < 400);
      return did("still_in").length > 0 && opened.length === 0
        ? say("lab.theft.database_finding", { n: tries.length })
        : "";
    }
    case "token":
      return did("made_administrator")[0]?.status === 401 ? say("lab.theft.token_finding") : "";
  }
}

function Steps({ steps, scene }: { steps: Step[]; scene: SceneName }) {
  if (steps.length === 0) return <div className={classes.panel} data-empty />;
  return (
    <ol className={classes.steps} aria-label={say(`lab.theft.${scene}`)}>
      {steps.map((step, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they only ever grow, at the end
        <li key={n}>
          <span className={classes.actor}>
            {step.who === "vestibule" ? <Mark /> : <Icon of={figures[step.who]} />}
            {say(`lab.theft.who_${step.who}`)}
          </span>
          <div>
            <p>{whatOf(step)}</p>
            {step.claims && <Claims head={step.head ?? {}} claims={step.claims} />}
          </div>
          <Verdict step={step} />
        </li>
      ))}
    </ol>
  );
}

function whatOf({ did, digest = "", successor }: Step): ReactNode {
  if (did !== "refreshed") return say.rich(`lab.theft.did_${did}`, { digest, code });
  if (!successor) return say.rich("lab.theft.did_refreshed_in_vain", { digest, code });
  return say.rich("lab.theft.did_refreshed", { digest, successor, code });
}

/** Never colour alone: a dot or a ring, and the status. */
function Verdict({ step }: { step: Step }) {
  if (!step.status || step.who === "vestibule") return <span />;
  const good = step.status < 400;
  return (
    <span className={classes.verdict}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <circle className={good ? classes.yes : classes.no} cx="5" cy="5" />
      </svg>
      {verdict(step.status, step.code)}
    </span>
  );
}
