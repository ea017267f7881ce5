import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { isRegistrationOpen } from "../../shared/api/said.ts";
import { passwordRules } from "../../shared/format/password.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Form, textOf } from "../../shared/ui/Form.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { PasswordField } from "../../shared/ui/PasswordField.tsx";
import { PasswordRules } from "../../shared/ui/PasswordRules.tsx";
import { PasswordStrength } from "../../shared/ui/PasswordStrength.tsx";
import { useGoOn } from "../../shared/ui/useGoOn.ts";
import { fieldFault, isRefusal } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import { useRegister } from "./api.ts";

export function RegisterPage() {
  const [search] = useSearchParams();
  const signIn = { pathname: "/sign-in", search: search.toString() };
  if (!isRegistrationOpen()) {
    return (
      <Doorway
        title={say("door.register.closed")}
        subtitle={say("door.register.closed_text")}
        footer={say.rich("door.register.have_one", { link: (text) => <Link to={signIn}>{text}</Link> })}
      />
    );
  }
  return (
    <Doorway
      title={say("door.register.title")}
      subtitle={say("door.register.subtitle")}
      footer={say.rich("door.register.have_one", { link: (text) => <Link to={signIn}>{text}</Link> })}
    >
      <RegisterForm signIn={(text) => <Link to={signIn}>{text}</Link>} />
    </Doorway>
  );
}

type Name = "name" | "email" | "password";
const names: Name[] = ["name", "email", "password"];

function RegisterForm({ signIn }: { signIn: (text: React.ReactNode) => React.ReactNode }) {
  const inputs = useRef<Partial<Record<Name, HTMLInputElement | null>>>({});
  const [typed, setTyped] = useState({ name: "", email: "", password: "" });
  const { goOn } = useGoOn();
  const focus = (name: Name | undefined) => name && inputs.current[name]?.focus();
  const register = useRegister({
    onSuccess: goOn,
    onError: (error) => focus(taken(error) ? "email" : names.find((name) => fieldFault(error, name))),
  });

  /** What was refused is wrong as long as it stands there. */
  const stands = (name: Name) => register.variables?.[name] === typed[name];
  const isTaken = taken(register.error) && stands("email");
  const field = (name: Name) => ({
    error: stands(name) && fieldFault(register.error, name),
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
    register.mutate({
      name: textOf(values, "name"),
      email: textOf(values, "email"),
      password: textOf(values, "password"),
    });
  };

  return (
    <Form label={say("door.register.title")} send={send}>
      {!taken(register.error) && <FormFault error={register.error} />}
      <TextInput {...field("name")} label={say("door.register.name")} autoComplete="name" />
      <TextInput
        {...field("email")}
        label={say("door.sign_in.email")}
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        placeholder={say("door.sign_in.placeholder")}
        {...(isTaken && { error: say.rich("door.register.taken", { link: signIn }) })}
      />
      <div>
        <PasswordField
          {...field("password")}
          label={say("shared.password.label")}
          autoComplete="new-password"
        />
        <PasswordStrength password={typed.password} about={[typed.name, typed.email]} />
        <PasswordRules rules={passwordRules(typed.password, typed)} />
      </div>
      <ActionButton
        type="submit"
        variant="filled"
        size="md"
        fullWidth
        busy={register.isPending}
        busyLabel={say("door.register.acting")}
      >
        {say("door.register.act")}
      </ActionButton>
    </Form>
  );
}

function taken(error: Error | null): boolean {
  return isRefusal(error, "email_taken");
}
