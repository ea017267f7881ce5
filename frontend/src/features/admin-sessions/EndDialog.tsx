import { Button } from "@mantine/core";
import { useState } from "react";
import { deviceName } from "../../shared/format/device.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Dialog, DialogEnd } from "../../shared/ui/Dialog.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { Note } from "../../shared/ui/Note.tsx";
import { say } from "../../shared/words/words.ts";
import { countNow, countOf, type Target, useEnd } from "./api.ts";

/**
 * Asks before sessions are ended: which, and how many. Where it has become another number meanwhile,
 * nothing was ended, and it asks again with that one.
 */
export function EndDialog({
  target: asked,
  close,
  onEnded,
}: {
  target: Target;
  close: () => void;
  onEnded: (target: Target, ended: number) => void;
}) {
  const [target, setTarget] = useState(asked);
  const end = useEnd();
  const n = countOf(target);
  const changed = countNow(end.error);
  const run = () =>
    end.mutate(target, {
      onSuccess: (ended) => onEnded(target, ended),
      onError: (error) => {
        const now = countNow(error);
        if (now !== null && target.kind !== "named") setTarget({ ...target, n: now });
      },
    });
  return (
    <Dialog alert title={titleOf(target)} text={textOf(target)} close={close}>
      {changed !== null ? (
        <Note kind="danger" title={say("admin.sessions.changed", { n: changed })}>
          {say("admin.sessions.changed_text")}
        </Note>
      ) : (
        <FormFault error={end.error} />
      )}
      <DialogEnd>
        <Button onClick={close} data-autofocus>
          {say("admin.sessions.keep", { n })}
        </Button>
        <ActionButton
          variant="danger-filled"
          busy={end.isPending}
          busyLabel={say("shared.act.ending")}
          onClick={run}
        >
          {say("admin.sessions.end_n", { n })}
        </ActionButton>
      </DialogEnd>
    </Dialog>
  );
}

function titleOf(target: Target): string {
  const n = countOf(target);
  if (target.kind === "all") return say("admin.sessions.ask_all", { n });
  if (target.kind === "matching") return say("admin.sessions.ask_matching", { n });
  const [one] = target.sessions;
  if (n === 1 && one) return say("admin.sessions.ask_one", { name: one.user.name });
  return say("admin.sessions.ask_named", { n });
}

function textOf(target: Target): string {
  if (target.kind !== "named")
    return `${say("admin.sessions.ask_text")} ${say("admin.sessions.yours_stays")}`;
  const people = new Set(target.sessions.map(({ user }) => user.id)).size;
  const [one] = target.sessions;
  if (target.sessions.length === 1 && one)
    return say("admin.sessions.ask_one_text", { device: deviceName(one.device, one), ip: one.ip });
  return `${say("admin.sessions.ask_people", { n: people })} ${say("admin.sessions.ask_text")}`;
}
