import { Button } from "@mantine/core";
import IconPlayerPlay from "@tabler/icons-react/icons/IconPlayerPlay";
import IconPlayerStop from "@tabler/icons-react/icons/IconPlayerStop";
import IconRefresh from "@tabler/icons-react/icons/IconRefresh";
import type { ReactNode } from "react";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { Icon } from "../../shared/ui/Icon.tsx";
import { Note } from "../../shared/ui/Note.tsx";
import { say } from "../../shared/words/words.ts";
import type { Experiment as Name, Options, Run } from "./api.ts";
import classes from "./lab.module.css";
import { of } from "./lines.ts";

/** One experiment: what it asks, the way to run it, and what has come of it. */
export function Experiment({
  name,
  run,
  start,
  stop,
  options,
  controls,
  finding,
  quiet = false,
  children,
}: {
  name: Name;
  run: Run;
  start: (options?: Options) => void;
  stop: () => void;
  options?: Options;
  /** What one may choose before. */
  controls?: ReactNode;
  /** What was found so far, as a sentence: read out when it changes. */
  finding: string;
  /** What is found stands elsewhere, bit by bit: here it is only read out. */
  quiet?: boolean;
  children: ReactNode;
}) {
  const running = run.state === "running";
  return (
    <section aria-label={say(`lab.${name}.tab`)}>
      <div className={classes.top}>
        <div>
          <h2 className={classes.title}>{say(`lab.${name}.title`)}</h2>
          <p className={classes.about}>{say(`lab.${name}.about`)}</p>
        </div>
        <div className={classes.controls}>
          {controls}
          {running ? (
            <Button leftSection={<Icon of={IconPlayerStop} />} onClick={stop}>
              {say("lab.act.stop")}
            </Button>
          ) : (
            <Button
              variant="filled"
              leftSection={<Icon of={run.state === "none" ? IconPlayerPlay : IconRefresh} />}
              onClick={() => start(options)}
            >
              {say(run.state === "none" ? "lab.act.run" : "lab.act.again")}
            </Button>
          )}
        </div>
      </div>
      <Trouble run={run} retry={() => start(options)} />
      <Answer quiet={quiet} known={finding !== ""}>
        {finding || say(`lab.act.${unanswered(run)}`)}
      </Answer>
      {children}
    </section>
  );
}

/** Why there is no answer. */
function unanswered({ state, lines }: Run): "running" | "stopped" | "stopped_early" | "not_yet" {
  if (state === "running") return "running";
  if (state !== "stopped") return "not_yet";
  return lines.some(({ kind }) => kind !== "began") ? "stopped_early" : "stopped";
}

/** The answer, large, in a place that is kept for it. */
function Answer({ quiet, known, children }: { quiet: boolean; known: boolean; children: string }) {
  return (
    <div role="status" className={quiet ? undefined : classes.answerbox}>
      {quiet ? (
        <Hidden>{children}</Hidden>
      ) : (
        <p className={classes.answer} data-known={known || undefined}>
          {children}
        </p>
      )}
    </div>
  );
}

function Trouble({ run, retry }: { run: Run; retry: () => void }) {
  const [told] = of(run.lines, "failed");
  if (run.error) {
    return (
      <div className={classes.trouble}>
        <Failed title={say("lab.failed.title")} error={run.error} retry={retry} />
      </div>
    );
  }
  if (!told) return null;
  const key = `lab.failed.${told.code}` as "lab.failed.failed";
  return (
    <div className={classes.trouble}>
      <Note kind="danger" title={say("lab.failed.title")}>
        {say(say.has(key) ? key : "lab.failed.failed")}
      </Note>
    </div>
  );
}
