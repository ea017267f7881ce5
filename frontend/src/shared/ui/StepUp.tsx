import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { send } from "../api/http.ts";
import { ApiError } from "../api/problem.ts";
import { type Question, question } from "../api/proof.ts";
import { useStore } from "../api/store.ts";
import { limit } from "../format/time.ts";
import { say } from "../words/words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { Dialog, DialogEnd } from "./Dialog.tsx";
import { Form, textOf } from "./Form.tsx";
import { FormFault } from "./FormFault.tsx";
import { PasswordField } from "./PasswordField.tsx";

/** Asks for a fresh proof, in place, whenever a request demands one. */
export function StepUp() {
  const open = useStore(question);
  return open && <Asked question={open} />;
}

function Asked({ question: { maxAge, answer } }: { question: Question }) {
  const password = useRef<HTMLInputElement>(null);
  const prove = useMutation({
    mutationFn: (given: string) => send<void>("/auth/step-up", { method: "POST", body: { password: given } }),
    onSuccess: () => answer(true),
    onError: (error) => {
      if (error instanceof ApiError && error.code === "unauthenticated") answer(false);
      if (password.current) password.current.value = "";
      password.current?.focus();
    },
  });
  const wrong = prove.error instanceof ApiError && prove.error.code === "invalid_credentials";
  return (
    <Dialog
      title={say("shared.step_up.title")}
      text={
        maxAge
          ? say("shared.step_up.text_since", { length: limit(maxAge * 1000) })
          : say("shared.step_up.text")
      }
      close={() => answer(false)}
    >
      <Form label={say("shared.step_up.title")} send={(values) => prove.mutate(textOf(values, "password"))}>
        {!wrong && <FormFault error={prove.error} />}
        <PasswordField
          ref={password}
          label={say("shared.password.label")}
          name="password"
          autoComplete="current-password"
          data-autofocus
          error={wrong ? say("shared.step_up.wrong") : null}
        />
        <DialogEnd>
          <Button type="button" onClick={() => answer(false)}>
            {say("shared.act.cancel")}
          </Button>
          <ActionButton
            type="submit"
            variant="filled"
            busy={prove.isPending}
            busyLabel={say("shared.step_up.confirming")}
          >
            {say("shared.step_up.confirm")}
          </ActionButton>
        </DialogEnd>
      </Form>
    </Dialog>
  );
}
