import { Checkbox, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { signIn, useSession } from "vestibule-kit";
import { isRegistrationOpen, keptSignedIn } from "../../shared/api/said.ts";
import { limit } from "../../shared/format/time.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Form, textOf } from "../../shared/ui/Form.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { PasswordField } from "../../shared/ui/PasswordField.tsx";
import { useGoOn } from "../../shared/ui/useGoOn.ts";
import { isRefusal } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";

export function SignInPage() {
  const [search] = useSearchParams();
  const register = { pathname: "/register", search: search.toString() };
  const subtitle = useSubtitle();
  return (
    <Doorway
      title={say("door.sign_in.title")}
      subtitle={subtitle}
      footer={
        isRegistrationOpen() &&
        say.rich("door.sign_in.new_here", { link: (text) => <Link to={register}>{text}</Link> })
      }
    >
      <SignInForm />
    </Doorway>
  );
}

/** Whoever comes here first is told nothing of where they were. */
function useSubtitle(): ReactNode {
  const now = useSession();
  const [search] = useSearchParams();
  const { to } = useGoOn();
  if (now.status !== "signed_in") return search.has("return_to") && whatFor(to);
  return say.rich("door.sign_in.already", {
    name: now.user.name,
    link: (text) => <a href={to}>{text}</a>,
  });
}

function whatFor(to: string): string {
  if (to.startsWith("/account/authorize")) return say("door.sign_in.to_authorize");
  if (to.startsWith("/account/device")) return say("door.sign_in.to_device");
  return say(to.startsWith("/account") ? "door.sign_in.to_account" : "door.sign_in.to_app");
}

function SignInForm() {
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState({ email: false, password: false });
  // Kept while the next try is under way, so that nothing jumps.
  const [fault, setFault] = useState<{ error: Error; nth: number } | null>(null);
  const { goOn } = useGoOn();
  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: goOn,
    onError: (error) => {
      setFault((before) => ({ error, nth: (before?.nth ?? 0) + 1 }));
      if (password.current && isRefusal(error, "invalid_credentials")) password.current.value = "";
      password.current?.focus();
    },
  });

  const send = (values: FormData) => {
    const given = { email: textOf(values, "email").trim(), password: textOf(values, "password") };
    setMissing({ email: !given.email, password: !given.password });
    if (!given.email) email.current?.focus();
    else if (!given.password) password.current?.focus();
    else enter.mutate({ ...given, remember: values.has("remember") });
  };

  const kept = keptSignedIn();
  return (
    <Form label={say("door.sign_in.title")} send={send}>
      {fault && (
        <FormFault
          key={fault.nth}
          error={fault.error}
          says={{ invalid_credentials: [say("door.sign_in.wrong"), say("door.sign_in.wrong_text")] }}
        />
      )}
      <TextInput
        ref={email}
        label={say("door.sign_in.email")}
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        placeholder={say("door.sign_in.placeholder")}
        error={missing.email && say("door.sign_in.no_email")}
      />
      <PasswordField
        ref={password}
        label={say("shared.password.label")}
        name="password"
        autoComplete="current-password"
        error={missing.password && say("door.sign_in.no_password")}
      />
      <Checkbox
        name="remember"
        value="yes"
        label={say("door.sign_in.remember")}
        description={say("door.sign_in.kept", { idle: limit(kept.idle), life: limit(kept.life) })}
      />
      <ActionButton
        type="submit"
        variant="filled"
        size="md"
        fullWidth
        busy={enter.isPending}
        busyLabel={say("door.sign_in.acting")}
      >
        {say("door.sign_in.act")}
      </ActionButton>
    </Form>
  );
}
