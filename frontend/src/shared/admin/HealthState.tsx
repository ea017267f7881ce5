import type { Health } from "../api/contract.ts";
import { clockOrMoment } from "../format/time.ts";
import { State } from "../ui/State.tsx";
import { useNow } from "../ui/useNow.ts";
import { say } from "../words/words.ts";

const shapes = { up: "ok", slow: "warn", down: "bad", unknown: "none" } as const;

/** How a service does, and since when where that is not well. */
export function HealthState({ health: { state, since } }: { health: Health }) {
  const now = useNow();
  const unwell = since && (state === "down" || state === "slow");
  return (
    <State is={shapes[state]}>
      {unwell
        ? say("admin.health.since", {
            state: say(`admin.health.${state}`),
            clock: clockOrMoment(new Date(since), now),
          })
        : say(`admin.health.${state}`)}
    </State>
  );
}
