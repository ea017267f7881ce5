import { Button } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import { useEffect, useRef } from "react";
import { ApiError, NetworkError, ProofDeclined } from "vestibule-kit";
import { wait } from "../format/time.ts";
import { refusal } from "../words/refusal.ts";
import { say } from "../words/words.ts";
import classes from "./Failed.module.css";
import { Icon } from "./Icon.tsx";
import { Panel } from "./Panel.tsx";
import { useCountdown } from "./useCountdown.ts";

/** A list or a figure that could not be had: what happened, what to do, and another try. */
export function Failed({
  title,
  error,
  text,
  retry,
  heading: Heading = "h2",
  within = false,
}: {
  /** What could not be loaded, as a sentence. */
  title: string;
  error?: Error;
  /** Why, and what comes next, where no error of a request says it. */
  text?: string;
  retry: () => void;
  heading?: "h1" | "h2";
  /** In a door, which is its panel. */
  within?: boolean;
}) {
  const retryAfter = error instanceof ApiError ? error.retryAfter : null;
  const left = useCountdown(error instanceof ApiError ? error : null);
  const again = useRef(retry);
  useEffect(() => {
    again.current = retry;
  });
  const due = retryAfter !== null && left === 0;
  useEffect(() => {
    if (due) again.current();
  }, [due]);
  const said = (
    <div className={within ? `${classes.failed} ${classes.within}` : classes.failed} role="alert">
      <Icon of={IconAlertTriangle} className={classes.icon} />
      <div>
        <Heading className={classes.title}>{title}</Heading>
        <p>{text ?? (error && explain(error))}</p>
        {left > 0 && (
          <p className={classes.wait} aria-live="off">
            {say("shared.failed.again_in", { length: wait(left) })}
          </p>
        )}
      </div>
      <Button onClick={retry}>{say("shared.act.again")}</Button>
    </div>
  );
  return within ? said : <Panel>{said}</Panel>;
}

/** Why it could not be had, as a sentence. */
export function explain(error: Error): string {
  if (error instanceof NetworkError) return say("shared.failed.away");
  if (error instanceof ProofDeclined) return say("shared.failed.declined");
  if (error instanceof ApiError && error.status < 500) return refusal(error);
  return say(
    error instanceof ApiError && error.status >= 502 ? "shared.failed.part" : "shared.failed.server",
  );
}
