import { useMemo } from "react";
import type { ApiError } from "vestibule-kit";
import { clock, wait } from "../format/time.ts";
import { ofCode } from "../words/refusal.ts";
import { say } from "../words/words.ts";
import { Hidden } from "./Hidden.tsx";
import { Note } from "./Note.tsx";
import { useCountdown } from "./useCountdown.ts";

/** Too many attempts, or too much to do: when to try again. The count is drawn; one time is read out. */
export function RetryNote({ error }: { error: ApiError }) {
  const left = useCountdown(error);
  const when = useMemo(() => clock(new Date(Date.now() + (error.retryAfter ?? 0) * 1000)), [error]);
  const title =
    error.status === 429 ? say("shared.fault.too_many") : (ofCode(error.code) ?? say("shared.fault.busy"));
  return (
    <Note kind="danger" title={title}>
      <span aria-hidden="true">
        {left > 0 ? say("shared.fault.again_in", { length: wait(left) }) : say("shared.fault.again_now")}
      </span>
      <Hidden>{say("shared.fault.again_at", { clock: when })}</Hidden>
    </Note>
  );
}
