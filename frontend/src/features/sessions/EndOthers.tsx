import { Button } from "@mantine/core";
import { useState } from "react";
import { deviceName } from "../../shared/format/device.ts";
import { names } from "../../shared/format/list.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Dialog, DialogEnd } from "../../shared/ui/Dialog.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { say } from "../../shared/words/words.ts";
import { type Session, useEndOthers } from "./api.ts";

/**
 * Ends all but this one, after a question that names them. Where there are none it is there as well,
 * so that nothing moves when the list comes; the sentence before it says why it can't be pressed.
 */
export function EndOthers({ others, onEnded }: { others: Session[]; onEnded: () => void }) {
  const [asking, setAsking] = useState(false);
  const n = others.length;
  return (
    <>
      <Button variant="danger" disabled={n === 0} onClick={() => setAsking(true)} aria-haspopup="dialog">
        {say("account.sessions.end_others", { n })}
      </Button>
      {asking && (
        <Question
          others={others}
          close={() => setAsking(false)}
          onEnded={() => {
            setAsking(false);
            onEnded();
          }}
        />
      )}
    </>
  );
}

function Question({ others, close, onEnded }: { others: Session[]; close: () => void; onEnded: () => void }) {
  const end = useEndOthers();
  const n = others.length;
  const who = names(others.map((session) => deviceName(session.device, session)));
  return (
    <Dialog
      alert
      title={say("account.sessions.question", { n })}
      text={say("account.sessions.question_text", { n, names: who })}
      close={close}
    >
      <FormFault error={end.error} />
      <DialogEnd>
        <Button onClick={close} data-autofocus>
          {say("account.sessions.keep", { n })}
        </Button>
        <ActionButton
          variant="danger-filled"
          busy={end.isPending}
          busyLabel={say("shared.act.ending")}
          onClick={() => end.mutate(undefined, { onSuccess: onEnded })}
        >
          {say("account.sessions.end_n", { n })}
        </ActionButton>
      </DialogEnd>
    </Dialog>
  );
}
