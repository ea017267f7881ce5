import { ApiError, useWho } from "vestibule-kit";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { Question } from "../../shared/ui/Question.tsx";
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
  const said = { n: user.sessions, name: user.name };
  const text = [say(`admin.users.${act}.text`, said), me && act !== "enable" ? say("admin.users.you") : ""];
  return (
    <Question
      title={say(`admin.users.${act}.title`, said)}
      text={text.filter(Boolean).join(" ")}
      keep={say(`admin.users.${act}.keep`, said)}
      act={say(`admin.users.${act}.do`, said)}
      acting={say(`admin.users.${act}.doing`)}
      busy={run.isPending}
      refused={isFinal(run.error)}
      gives={gives(act)}
      close={close}
      onYes={() => run.mutate(undefined, { onSuccess: onDone })}
    >
      <FormFault error={run.error} />
    </Question>
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
