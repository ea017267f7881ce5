import { useEffect, useRef, useState } from "react";
import { useWho } from "vestibule-kit";
import { names } from "../../shared/format/list.ts";
import { passwordRules } from "../../shared/format/password.ts";
import { AccountName } from "../../shared/ui/AccountName.tsx";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Form } from "../../shared/ui/Form.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { Note } from "../../shared/ui/Note.tsx";
import { PageHead } from "../../shared/ui/Page.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { PasswordField } from "../../shared/ui/PasswordField.tsx";
import { PasswordRules } from "../../shared/ui/PasswordRules.tsx";
import { PasswordStrength } from "../../shared/ui/PasswordStrength.tsx";
import { fieldFault, isRefusal } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import { type Changed, useChangePassword } from "./api.ts";
import classes from "./security.module.css";

export function SecurityPage() {
  return (
    <>
      <PageHead title={say("door.pages.security")}>{say("account.security.about")}</PageHead>
      <Panel label={say("account.security.change")} padded>
        <ChangePassword />
      </Panel>
    </>
  );
}

const empty = { current: "", next: "" };

function ChangePassword() {
  const { user } = useWho();
  const current = useRef<HTMLInputElement>(null);
  const next = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(empty);
  const [missing, setMissing] = useState(false);
  const change = useChangePassword({
    onSuccess: () => setTyped(empty),
    onError: (error) => {
      if (isWrong(error)) setTyped((before) => ({ ...before, current: "" }));
      (isWrong(error) ? current : next).current?.focus();
    },
  });
  const send = () => {
    setMissing(!typed.current);
    if (!typed.current) current.current?.focus();
    else change.mutate({ current_password: typed.current, new_password: typed.next });
  };

  /** What was refused is wrong as long as it stands there. */
  const refused = {
    current: change.variables?.current_password === typed.current,
    next: change.variables?.new_password === typed.next,
  };

  return (
    <div className={classes.columns}>
      <div>
        <h2>{say("account.security.change")}</h2>
        <p className={classes.quiet}>{say("account.security.change_text")}</p>
      </div>
      <Form label={say("account.security.change")} send={send}>
        {change.data && <Done changed={change.data} />}
        {!isWrong(change.error) && <FormFault error={change.error} />}
        <AccountName email={user.email} />
        <PasswordField
          ref={current}
          label={say("account.security.current")}
          autoComplete="current-password"
          value={typed.current}
          onChange={(event) => setTyped({ ...typed, current: event.currentTarget.value })}
          error={
            isWrong(change.error) && !typed.current
              ? say("account.security.wrong")
              : missing && !typed.current
                ? say("account.security.no_current")
                : refused.current && fieldFault(change.error, "current_password")
          }
        />
        <div>
          <PasswordField
            ref={next}
            label={say("account.security.next")}
            autoComplete="new-password"
            value={typed.next}
            onChange={(event) => setTyped({ ...typed, next: event.currentTarget.value })}
            error={refused.next && fieldFault(change.error, "new_password")}
          />
          <PasswordStrength password={typed.next} about={[user.name, user.email]} />
          <PasswordRules rules={passwordRules(typed.next, { ...user, current: typed.current })} />
        </div>
        <div>
          <ActionButton
            type="submit"
            variant="filled"
            size="md"
            busy={change.isPending}
            busyLabel={say("account.security.acting")}
          >
            {say("account.security.act")}
          </ActionButton>
        </div>
      </Form>
    </div>
  );
}

/** The result stands where one looked, and takes the focus. */
function Done({ changed: { ended } }: { changed: Changed }) {
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => result.current?.focus(), []);
  return (
    <div ref={result} tabIndex={-1}>
      <Note kind="ok" title={say("account.security.done")}>
        {whatEnded(ended)}
      </Note>
    </div>
  );
}

function whatEnded(ended: string[] | null): string {
  if (!ended) return say("account.security.ended_unknown");
  if (ended.length === 0) return say("account.security.ended_none");
  return say("account.security.ended", { n: ended.length, names: names(ended) });
}

function isWrong(error: Error | null): boolean {
  return isRefusal(error, "invalid_credentials");
}
