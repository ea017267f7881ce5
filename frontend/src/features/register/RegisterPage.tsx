import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { ApiError, fieldMessage } from "../../shared/api/problem.ts";
import { passwordRules } from "../../shared/format/password.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Form, textOf } from "../../shared/ui/Form.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { PasswordField } from "../../shared/ui/PasswordField.tsx";
import { PasswordRules } from "../../shared/ui/PasswordRules.tsx";
import { useGoOn } from "../../shared/ui/useGoOn.ts";
import { useRegister } from "./api.ts";

export function RegisterPage() {
  const [search] = useSearchParams();
  const signIn = { pathname: "/sign-in", search: search.toString() };
  return (
    <Doorway
      title="Create an account"
      subtitle="You are signed in with it at once."
      footer={
        <>
          Have one already? <Link to={signIn}>Sign in</Link>
        </>
      }
    >
      <RegisterForm signIn={<Link to={signIn}>Sign in</Link>} />
    </Doorway>
  );
}

type Name = "name" | "email" | "password";
const names: Name[] = ["name", "email", "password"];

function RegisterForm({ signIn }: { signIn: React.ReactNode }) {
  const inputs = useRef<Partial<Record<Name, HTMLInputElement | null>>>({});
  const [typed, setTyped] = useState({ name: "", email: "", password: "" });
  const { goOn } = useGoOn();
  const focus = (name: Name | undefined) => name && inputs.current[name]?.focus();
  const register = useRegister({
    onSuccess: goOn,
    onError: (error) => focus(taken(error) ? "email" : names.find((name) => fieldMessage(error, name))),
  });

  const field = (name: Name) => ({
    name,
    value: typed[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget;
      setTyped((before) => ({ ...before, [name]: value }));
    },
    ref: (input: HTMLInputElement | null) => {
      inputs.current[name] = input;
    },
  });
  const send = (values: FormData) => {
    if (register.isPending) return;
    register.mutate({
      name: textOf(values, "name"),
      email: textOf(values, "email"),
      password: textOf(values, "password"),
    });
  };

  return (
    <Form label="Create an account" send={send}>
      {!taken(register.error) && <FormFault error={register.error} />}
      <TextInput
        {...field("name")}
        label="Name"
        autoComplete="name"
        error={fieldMessage(register.error, "name")}
      />
      <TextInput
        {...field("email")}
        label="Email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        placeholder="you@example.com"
        error={
          taken(register.error) ? (
            <>There is an account with this address already. {signIn}</>
          ) : (
            fieldMessage(register.error, "email")
          )
        }
      />
      <div>
        <PasswordField
          {...field("password")}
          label="Password"
          autoComplete="new-password"
          error={fieldMessage(register.error, "password")}
        />
        <PasswordRules rules={passwordRules(typed.password, typed)} />
      </div>
      <ActionButton
        type="submit"
        variant="filled"
        size="md"
        fullWidth
        busy={register.isPending}
        busyLabel="Creating…"
      >
        Create account
      </ActionButton>
    </Form>
  );
}

function taken(error: Error | null): boolean {
  return error instanceof ApiError && error.code === "email_taken";
}
