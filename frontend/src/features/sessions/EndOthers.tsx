import { Button } from "@mantine/core";
import { useState } from "react";
import { ProofDeclined } from "../../shared/api/problem.ts";
import { deviceName } from "../../shared/format/device.ts";
import { names } from "../../shared/format/list.ts";
import { count } from "../../shared/format/time.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Dialog, DialogEnd } from "../../shared/ui/Dialog.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
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
        {label(n)}
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

function label(n: number): string {
  if (n === 0) return "End the others";
  return n === 1 ? "End the other one" : `End the ${n} others`;
}

function Question({ others, close, onEnded }: { others: Session[]; close: () => void; onEnded: () => void }) {
  const end = useEndOthers();
  const n = others.length;
  const who = names(others.map((session) => deviceName(session.device, session)));
  const failed = end.error instanceof ProofDeclined ? null : end.error;
  return (
    <Dialog
      alert
      title={n === 1 ? "End the other session?" : `End the ${n} other sessions?`}
      text={`${who} ${n === 1 ? "is" : "are"} signed out at once. Work that ${n === 1 ? "it has" : "they have"} not saved is lost. You stay signed in here.`}
      close={close}
    >
      {failed && <FormFault error={failed} />}
      <DialogEnd>
        <Button onClick={close} data-autofocus>
          {n === 1 ? "Keep it" : "Keep them"}
        </Button>
        <ActionButton
          variant="danger-filled"
          busy={end.isPending}
          busyLabel="Ending…"
          onClick={() => end.mutate(undefined, { onSuccess: onEnded })}
        >
          {`End ${count(n, "session")}`}
        </ActionButton>
      </DialogEnd>
    </Dialog>
  );
}
