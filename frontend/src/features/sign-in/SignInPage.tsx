import { Checkbox, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useSession } from "../../shared/api/session.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Form, textOf } from "../../shared/ui/Form.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { PasswordField } from "../../shared/ui/PasswordField.tsx";
import { useGoOn } from "../../shared/ui/useGoOn.ts";
import { useSignIn } from "./api.ts";

/** The limits are the defaults of STANDARDS: no answer tells a visitor how a server is configured. */
const kept = "For 14 days without use, 30 days at most. Leave this off on a shared computer.";

const words: Record<string, [string, string]> = {
  invalid_credentials: ["Email or password is wrong.", "Check both, and try again."],
};

export function SignInPage() {
  const [search] = useSearchParams();
  return (
    <Doorway
      title="Sign in"
      subtitle={<Subtitle />}
      footer={
        <>
          New here? <Link to={{ pathname: "/register", search: search.toString() }}>Create an account</Link>
        </>
      }
    >
      <SignInForm />
    </Doorway>
  );
}

function Subtitle() {
  const { data: who } = useSession();
  const { to } = useGoOn();
  if (!who) return `to ${whatFor(to)}`;
  return (
    <>
      You are signed in as {who.user.name}. <a href={to}>Go on</a>
    </>
  );
}

function whatFor(to: string): string {
  if (to.startsWith("/account/authorize")) return "decide on what an app asks for";
  if (to.startsWith("/account/device")) return "connect a device";
  return to.startsWith("/account") ? "go on to your account" : "go on where you were";
}

function SignInForm() {
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState({ email: false, password: false });
  // Kept while the next try is under way, so that nothing jumps.
  const [fault, setFault] = useState<{ error: Error; nth: number } | null>(null);
  const { goOn } = useGoOn();
  const signIn = useSignIn({
    onSuccess: goOn,
    onError: (error) => {
      setFault((before) => ({ error, nth: (before?.nth ?? 0) + 1 }));
      if (password.current) password.current.value = "";
      password.current?.focus();
    },
  });

  const send = (values: FormData) => {
    if (signIn.isPending) return;
    const given = { email: textOf(values, "email").trim(), password: textOf(values, "password") };
    setMissing({ email: !given.email, password: !given.password });
    if (!given.email) email.current?.focus();
    else if (!given.password) password.current?.focus();
    else signIn.mutate({ ...given, remember: values.has("remember") });
  };

  return (
    <Form label="Sign in" send={send}>
      {fault && <FormFault key={fault.nth} error={fault.error} says={words} />}
      <TextInput
        ref={email}
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        placeholder="you@example.com"
        error={missing.email && "Enter your email address."}
      />
      <PasswordField
        ref={password}
        label="Password"
        name="password"
        autoComplete="current-password"
        error={missing.password && "Enter your password."}
      />
      <Checkbox name="remember" value="yes" label="Keep me signed in" description={kept} />
      <ActionButton
        type="submit"
        variant="filled"
        size="md"
        fullWidth
        busy={signIn.isPending}
        busyLabel="Signing in…"
      >
        Sign in
      </ActionButton>
    </Form>
  );
}
