import { useMemo } from "react";
import type { ApiError } from "../api/problem.ts";
import { clock, wait } from "../format/time.ts";
import { Hidden } from "./Hidden.tsx";
import { Note } from "./Note.tsx";
import { useCountdown } from "./useCountdown.ts";

/** Too many attempts, or too much to do: when to try again. The count is drawn; one time is read out. */
export function RetryNote({ error }: { error: ApiError }) {
  const left = useCountdown(error);
  const when = useMemo(() => clock(new Date(Date.now() + (error.retryAfter ?? 0) * 1000)), [error]);
  const title = error.status === 429 ? "Too many attempts." : "The server is busy.";
  return (
    <Note kind="danger" title={title}>
      <span aria-hidden="true">{left > 0 ? `Try again in ${wait(left)}.` : "You can try again now."}</span>
      <Hidden>Try again at {when}.</Hidden>
    </Note>
  );
}
