import type { Health } from "../api/contract.ts";
import { clock } from "../format/time.ts";
import { State } from "../ui/State.tsx";
import { say } from "../words/words.ts";

const shapes = { up: "ok", slow: "warn", down: "bad", unknown: "none" } as const;

/** How a service does, and since when where that is not well. */
export function HealthState({ health: { state, since } }: { health: Health }) {
  const since_ = since && (state === "down" || state === "slow") ? clock(new Date(since)) : null;
  return (
    <State is={shapes[state]}>
      {since_
        ? say("admin.health.since", { state: say(`admin.health.${state}`), clock: since_ })
        : say(`admin.health.${state}`)}
    </State>
  );
}
