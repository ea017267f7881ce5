import { shortened } from "../../shared/format/shortened.ts";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { Question } from "../../shared/ui/Question.tsx";
import { say } from "../../shared/words/words.ts";
import { type Key, useRotate } from "./api.ts";
import classes from "./keys.module.css";

/** Asks before keys are rotated, and says what follows: calmly for a rotation, fully for a compromised key. */
export function RotateDialog({
  compromised,
  close,
  onDone,
}: {
  compromised: Key | null;
  close: () => void;
  onDone: (said: string) => void;
}) {
  const rotate = useRotate();
  const kid = compromised?.kid ?? "";
  const words = compromised ? ("compromised" as const) : ("rotation" as const);
  const run = () =>
    rotate.mutate(compromised ? { compromised: kid } : {}, {
      onSuccess: () => onDone(say(`admin.keys.${words}.done`, { kid: shortened(kid) })),
    });
  return (
    <Question
      title={say(`admin.keys.${words}.title`, { kid: shortened(kid) })}
      text={say(`admin.keys.${words}.text`)}
      keep={say(`admin.keys.${words}.keep`)}
      act={say(`admin.keys.${words}.do`)}
      acting={say("admin.keys.rotating")}
      busy={rotate.isPending}
      gives={!compromised}
      close={close}
      onYes={run}
    >
      {compromised && <Consequences of={compromised} />}
      <FormFault
        error={rotate.error}
        says={{ key_waiting: [say("admin.keys.waits")], key_out: [say("admin.keys.out")] }}
      />
    </Question>
  );
}

function Consequences({ of: { state } }: { of: Key }) {
  const first = state === "signing" ? "signing" : state === "next" ? "next" : "published";
  return (
    <ul className={classes.consequences}>
      <li>{say(`admin.keys.compromised.${first}`)}</li>
      <li>{say("admin.keys.compromised.tokens")}</li>
      <li>{say("admin.keys.compromised.cached")}</li>
      <li>{say("admin.keys.compromised.sessions")}</li>
    </ul>
  );
}
