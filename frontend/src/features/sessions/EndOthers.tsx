import { Button } from "@mantine/core";
import { useState } from "react";
import { deviceName } from "../../shared/format/device.ts";
import { names } from "../../shared/format/list.ts";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { Question } from "../../shared/ui/Question.tsx";
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
        <EndQuestion
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

function EndQuestion({
  others,
  close,
  onEnded,
}: {
  others: Session[];
  close: () => void;
  onEnded: () => void;
}) {
  const end = useEndOthers();
  const n = others.length;
  const who = names(others.map((session) => deviceName(session.device, session)));
  return (
    <Question
      title={say("account.sessions.question", { n })}
      text={say("account.sessions.question_text", { n, names: who })}
      keep={say("account.sessions.keep", { n })}
      act={say("account.sessions.end_n", { n })}
      acting={say("shared.act.ending")}
      busy={end.isPending}
      close={close}
      onYes={() => end.mutate(undefined, { onSuccess: onEnded })}
    >
      <FormFault error={end.error} />
    </Question>
  );
}
