import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { type StepUp as Question, useStepUp, useWho } from "vestibule-kit";
import { limit } from "../format/time.ts";
import { isRefusal } from "../words/refusal.ts";
import { say } from "../words/words.ts";
import { AccountName } from "./AccountName.tsx";
import { ActionButton } from "./ActionButton.tsx";
import { Dialog, DialogEnd } from "./Dialog.tsx";
import { Form, textOf } from "./Form.tsx";
import { FormFault } from "./FormFault.tsx";
import { PasswordField } from "./PasswordField.tsx";

/** Asks for a fresh proof, in place, whenever a request demands one. */
export function StepUp() {
  const question = useStepUp();
  return question && <Asked question={question} />;
}

function Asked({ question: { maxAge, prove, decline } }: { question: Question }) {
  const { user } = useWho();
  const password = useRef<HTMLInputElement>(null);
  const proof = useMutation({
    mutationFn: prove,
    onError: (error) => {
      if (password.current && isRefusal(error, "invalid_credentials")) password.current.value = "";
      password.current?.focus();
    },
  });
  const wrong = isRefusal(proof.error, "invalid_credentials");
  return (
    <Dialog
      title={say("shared.step_up.title")}
      text={
        maxAge
          ? say("shared.step_up.text_since", { length: limit(maxAge * 1000) })
          : say("shared.step_up.text")
      }
      close={decline}
    >
      <Form label={say("shared.step_up.title")} send={(values) => proof.mutate(textOf(values, "password"))}>
        {!wrong && <FormFault error={proof.error} />}
        <AccountName email={user.email} />
        <PasswordField
          ref={password}
          label={say("shared.password.label")}
          name="password"
          autoComplete="current-password"
          data-autofocus
          error={wrong ? say("shared.step_up.wrong") : null}
        />
        <DialogEnd>
          <Button type="button" onClick={decline}>
            {say("shared.act.cancel")}
          </Button>
          <ActionButton
            type="submit"
            variant="filled"
            busy={proof.isPending}
            busyLabel={say("shared.step_up.confirming")}
          >
            {say("shared.step_up.confirm")}
          </ActionButton>
        </DialogEnd>
      </Form>
    </Dialog>
  );
}
