import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { send } from "../api/http.ts";
import { ApiError } from "../api/problem.ts";
import { type Question, question } from "../api/proof.ts";
import { useStore } from "../api/store.ts";
import { limit } from "../format/time.ts";
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
      title="Confirm that it is you"
      text={`This needs your password again${maxAge ? `, since you last gave it more than ${limit(maxAge * 1000)} ago` : ""}.`}
      close={() => answer(false)}
    >
      <Form label="Confirm that it is you" send={(values) => prove.mutate(textOf(values, "password"))}>
        {!wrong && <FormFault error={prove.error} />}
        <PasswordField
          ref={password}
          label="Password"
          name="password"
          autoComplete="current-password"
          data-autofocus
          error={wrong ? "This is not your password." : null}
        />
        <DialogEnd>
          <Button type="button" onClick={() => answer(false)}>
            Cancel
          </Button>
          <ActionButton type="submit" variant="filled" busy={prove.isPending} busyLabel="Confirming…">
            Confirm
          </ActionButton>
        </DialogEnd>
      </Form>
    </Dialog>
  );
}
