import { Button } from "@mantine/core";
import { shortened } from "../../shared/format/shortened.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Dialog, DialogEnd } from "../../shared/ui/Dialog.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
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
    <Dialog
      alert
      title={say(`admin.keys.${words}.title`, { kid: shortened(kid) })}
      text={say(`admin.keys.${words}.text`)}
      close={close}
    >
      {compromised && <Consequences of={compromised} />}
      <FormFault
        error={rotate.error}
        says={{ key_waiting: [say("admin.keys.waits")], key_out: [say("admin.keys.out")] }}
      />
      <DialogEnd>
        <Button onClick={close} data-autofocus>
          {say(`admin.keys.${words}.keep`)}
        </Button>
        <ActionButton
          variant={compromised ? "danger-filled" : "filled"}
          busy={rotate.isPending}
          busyLabel={say("admin.keys.rotating")}
          onClick={run}
        >
          {say(`admin.keys.${words}.do`)}
        </ActionButton>
      </DialogEnd>
    </Dialog>
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
