import { type ReactNode, useRef, useState } from "react";
import { serverNow, useWho } from "vestibule-kit";
import { names } from "../../shared/format/list.ts";
import { date, limit } from "../../shared/format/time.ts";
import { day } from "../../shared/format/units.ts";
import { AccountName } from "../../shared/ui/AccountName.tsx";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Badge } from "../../shared/ui/Badge.tsx";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { type Fact, Facts } from "../../shared/ui/Facts.tsx";
import { Form, textOf } from "../../shared/ui/Form.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { PasswordField } from "../../shared/ui/PasswordField.tsx";
import { isRefusal } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import { type Asked, type Decision, useDecision } from "./api.ts";
import classes from "./approval.module.css";
import { SignedInAs } from "./SignedInAs.tsx";

/** What would be approved, and the two answers to it: one for all ways in which a client can ask. */
export function Approval<Result>({
  asked,
  warning,
  first = [],
  last,
  follows = false,
  decide,
  onDone,
  onError,
}: {
  asked: Asked;
  warning: string;
  /** Facts of this way of asking, before and after those that all have. */
  first?: Fact[];
  last: Fact[];
  follows?: boolean;
  decide: (decision: Decision) => Promise<Result>;
  onDone: (result: Result, decision: Decision) => void;
  onError?: (error: Error) => void;
}) {
  return (
    <Doorway
      tall
      follows={follows}
      title={say("approval.question", { client: asked.client.name })}
      subtitle={warning}
      footer={<SignedInAs />}
    >
      <Facts within facts={[...first, ...factsOf(asked), ...last]} />
      <Answer decide={decide} onDone={onDone} onError={onError} />
    </Doorway>
  );
}

function factsOf({ client, downstreams, session }: Asked): Fact[] {
  const now = new Date(serverNow());
  const latest = new Date(now.getTime() + session.absolute_days * day);
  return [
    {
      name: say("door.asked.client"),
      value: <code>{client.id}</code>,
      more: say(client.confidential ? "approval.has_secret" : "door.asked.any_program"),
    },
    {
      name: say("door.asked.may_use"),
      value: <Downstreams all={downstreams} />,
      more: say("door.asked.as_you"),
    },
    {
      name: say("door.asked.until"),
      value: date(latest, now),
      more: say("door.asked.limits", {
        life: limit(session.absolute_days * day),
        idle: limit(session.idle_days * day),
      }),
    },
  ];
}

function Downstreams({ all }: { all: string[] }): ReactNode {
  if (all.length === 0) return say("approval.nothing_to_use");
  return (
    <ul className={classes.downstreams} aria-label={names(all)}>
      {all.map((name) => (
        <li key={name}>
          <Badge>{name}</Badge>
        </li>
      ))}
    </ul>
  );
}

function Answer<Result>({
  decide,
  onDone,
  onError,
}: {
  decide: (decision: Decision) => Promise<Result>;
  onDone: (result: Result, decision: Decision) => void;
  onError: ((error: Error) => void) | undefined;
}) {
  const { user } = useWho();
  const password = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState(false);
  // Kept while the next try is under way, so that nothing jumps.
  const [fault, setFault] = useState<{ error: Error; nth: number } | null>(null);
  const wrong = isRefusal(fault?.error, "invalid_credentials");
  const decision = useDecision({
    decide,
    onDone,
    onError: (error) => {
      setFault((before) => ({ error, nth: (before?.nth ?? 0) + 1 }));
      onError?.(error);
      if (!isRefusal(error, "invalid_credentials")) return;
      if (password.current) password.current.value = "";
      password.current?.focus();
    },
  });
  const under = decision.isPending ? decision.variables.approve : null;

  const send = (values: FormData) => {
    if (decision.isPending) return;
    const given = textOf(values, "password");
    setMissing(!given);
    if (given) decision.mutate({ approve: true, password: given });
    else password.current?.focus();
  };
  return (
    <Form label={say("approval.answer")} send={send}>
      {fault && !wrong && <FormFault key={fault.nth} error={fault.error} />}
      <AccountName email={user.email} />
      <PasswordField
        ref={password}
        label={say("shared.password.label")}
        name="password"
        autoComplete="current-password"
        description={say("door.asked.why_password")}
        error={missing ? say("door.sign_in.no_password") : wrong && say("shared.step_up.wrong")}
      />
      <div className={classes.answers}>
        <ActionButton
          type="button"
          size="md"
          busy={under === false}
          busyLabel={say("approval.denying")}
          onClick={() => !decision.isPending && decision.mutate({ approve: false })}
        >
          {say("approval.deny")}
        </ActionButton>
        <ActionButton
          type="submit"
          variant="filled"
          size="md"
          busy={under === true}
          busyLabel={say("approval.approving")}
        >
          {say("approval.approve")}
        </ActionButton>
      </div>
    </Form>
  );
}
