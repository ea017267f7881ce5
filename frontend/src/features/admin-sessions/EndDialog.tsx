import { useState } from "react";
import { deviceName } from "../../shared/format/device.ts";
import { explain } from "../../shared/ui/Failed.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { Note } from "../../shared/ui/Note.tsx";
import { Question } from "../../shared/ui/Question.tsx";
import { say } from "../../shared/words/words.ts";
import { countNow, countOf, EndedInPart, type Target, useEnd } from "./api.ts";

/**
 * Asks before sessions are ended: which, and how many. Where it has become another number meanwhile,
 * nothing was ended, and it asks again with that one; where a part was ended, with the rest.
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
  const run = () =>
    end.mutate(target, {
      onSuccess: (ended) => {
        onEnded(target, ended);
        close();
      },
      onError: (error) => {
        if (target.kind !== "named") setTarget({ ...target, n: countNow(error) ?? target.n });
        else if (error instanceof EndedInPart) {
          onEnded({ kind: "named", sessions: error.sessions }, error.ended);
          setTarget({ kind: "named", sessions: target.sessions.slice(error.sessions.length) });
        }
      },
    });
  return (
    <Question
      title={titleOf(target)}
      text={textOf(target)}
      keep={say("admin.sessions.keep", { n })}
      act={say("admin.sessions.end_n", { n })}
      acting={say("shared.act.ending")}
      busy={end.isPending}
      close={close}
      onYes={run}
    >
      <Fault error={end.error} />
    </Question>
  );
}

function Fault({ error }: { error: Error | null }) {
  const changed = countNow(error);
  if (changed !== null) {
    return (
      <Note kind="danger" title={say("admin.sessions.changed", { n: changed })}>
        {say("admin.sessions.changed_text")}
      </Note>
    );
  }
  if (error instanceof EndedInPart) {
    return (
      <Note kind="danger" title={say("admin.sessions.in_part", { n: error.ended })}>
        {explain(error.cause)}
      </Note>
    );
  }
  return <FormFault error={error} />;
}

function titleOf(target: Target): string {
  const n = countOf(target);
  if (target.kind !== "named")
    return say(`admin.sessions.ask_${target.kind}${target.yours ? "_but_yours" : ""}`, { n });
  const [one] = target.sessions;
  if (n === 1 && one) return say("admin.sessions.ask_one", { name: one.user.name });
  return say("admin.sessions.ask_named", { n });
}

function textOf(target: Target): string {
  if (target.kind !== "named")
    return `${say("admin.sessions.ask_text")} ${say(target.yours ? "admin.sessions.yours_stays" : "admin.sessions.yours_stays_if")}`;
  const people = new Set(target.sessions.map(({ user }) => user.id)).size;
  const [one] = target.sessions;
  if (target.sessions.length === 1 && one)
    return say("admin.sessions.ask_one_text", { device: deviceName(one.device, one), ip: one.ip });
  return `${say("admin.sessions.ask_people", { n: people })} ${say("admin.sessions.ask_text")}`;
}
