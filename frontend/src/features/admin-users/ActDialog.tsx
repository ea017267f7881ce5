import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { ApiError, useWho } from "vestibule-kit";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Dialog, DialogEnd } from "../../shared/ui/Dialog.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { say } from "../../shared/words/words.ts";
import { type Act, type Done, type User, useAct, useUser } from "./api.ts";

/** What can be done to someone as they are now. */
export function actsOn({ role, disabled_at }: User): Act[] {
  return [role === "admin" ? "demote" : "promote", disabled_at ? "enable" : "disable", "end"];
}

/** Harmless: it takes nothing away. */
const gives = (act: Act) => act === "enable" || act === "promote";

/** Asks before something is done to someone: what follows, and how many sessions end with it. */
export function ActDialog({
  act,
  user: listed,
  close,
  onDone,
}: {
  act: Act;
  user: User;
  close: () => void;
  onDone: (done: Done) => void;
}) {
  const user = useUser(listed.id).data ?? listed; // the list may be older than the question
  const run = useAct(act, user);
  const me = useWho().user.id === user.id;
  const keep = useRef<HTMLButtonElement>(null);
  const refused = isFinal(run.error);
  useEffect(() => {
    if (refused) keep.current?.focus(); // the other answer can't have it any more
  }, [refused]);
  const said = { n: user.sessions, name: user.name };
  const text = [say(`admin.users.${act}.text`, said), me && act !== "enable" ? say("admin.users.you") : ""];
  return (
    <Dialog
      alert
      title={say(`admin.users.${act}.title`, said)}
      text={text.filter(Boolean).join(" ")}
      close={() => run.isPending || close()}
    >
      <FormFault error={run.error} />
      <DialogEnd>
        <Button ref={keep} onClick={close} disabled={run.isPending} data-autofocus>
          {say(`admin.users.${act}.keep`, said)}
        </Button>
        <ActionButton
          variant={gives(act) ? "filled" : "danger-filled"}
          busy={run.isPending}
          busyLabel={say(`admin.users.${act}.doing`)}
          disabled={refused}
          onClick={() => run.mutate(undefined, { onSuccess: onDone })}
        >
          {say(`admin.users.${act}.do`, said)}
        </ActionButton>
      </DialogEnd>
    </Dialog>
  );
}

/** The same answer would come again. */
function isFinal(error: Error | null): boolean {
  return error instanceof ApiError && error.status < 500 && !error.retryAfter;
}

/** What an act has done, said where one looked. */
export function outcome({ act, ended }: Done): string {
  return say(`admin.users.${act}.done`, { n: Math.max(0, ended) });
}
