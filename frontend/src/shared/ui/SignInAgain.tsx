import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { signIn } from "vestibule-kit";
import { here, signInAddress } from "../format/returnTo.ts";
import { isRefusal } from "../words/refusal.ts";
import { say } from "../words/words.ts";
import { AccountName } from "./AccountName.tsx";
import { ActionButton } from "./ActionButton.tsx";
import { DialogEnd } from "./Dialog.tsx";
import { Form, textOf } from "./Form.tsx";
import { FormFault } from "./FormFault.tsx";
import { PasswordField } from "./PasswordField.tsx";

/**
 * Signs in again, in place, with the password alone where it is known whose it is. What more than a
 * password is needed for is done on the sign-in page, which leads back here.
 */
export function SignInAgain({
  email,
  remember = false,
  cancel,
  close,
}: {
  /** Whose page it is; without it, the address is asked for. */
  email?: string;
  remember?: boolean;
  /** What the harmless answer is called. */
  cancel: string;
  close: () => void;
}) {
  const address = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState({ email: false, password: false });
  const enter = useMutation({
    mutationFn: signIn,
    onError: (error) => {
      if (isRefusal(error, "mfa_required")) window.location.assign(signInAddress(here()));
      if (password.current && isRefusal(error, "invalid_credentials")) password.current.value = "";
      password.current?.focus();
    },
  });
  const wrong = isRefusal(enter.error, "invalid_credentials");

  const send = (values: FormData) => {
    const given = { email: email ?? textOf(values, "email").trim(), password: textOf(values, "password") };
    setMissing({ email: !given.email, password: !given.password });
    if (!given.email) address.current?.focus();
    else if (!given.password) password.current?.focus();
    else enter.mutate({ ...given, remember });
  };

  return (
    <Form label={say("shared.again.title")} send={send}>
      {!(wrong && email) && (
        <FormFault error={enter.error} says={{ invalid_credentials: [say("shared.again.wrong")] }} />
      )}
      {email ? (
        <AccountName email={email} />
      ) : (
        <TextInput
          ref={address}
          label={say("shared.again.email")}
          name="email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          data-autofocus
          error={missing.email && say("shared.rules.email.required")}
        />
      )}
      <PasswordField
        ref={password}
        label={say("shared.password.label")}
        name="password"
        autoComplete="current-password"
        data-autofocus
        error={
          missing.password ? say("shared.again.no_password") : wrong && email && say("shared.step_up.wrong")
        }
      />
      <DialogEnd>
        <Button type="button" onClick={close}>
          {cancel}
        </Button>
        <ActionButton
          type="submit"
          variant="filled"
          busy={enter.isPending}
          busyLabel={say("shared.again.acting")}
        >
          {say("shared.again.act")}
        </ActionButton>
      </DialogEnd>
    </Form>
  );
}
