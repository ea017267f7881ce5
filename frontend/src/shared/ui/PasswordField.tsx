import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import IconEye from "@tabler/icons-react/icons/IconEye";
import IconEyeOff from "@tabler/icons-react/icons/IconEyeOff";
import { useState } from "react";
import { say } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import classes from "./PasswordField.module.css";

type Props = Omit<PasswordInputProps, "autoComplete" | "label"> & {
  label: string;
  autoComplete: "current-password" | "new-password";
};

/** A password: pasted as well as typed, and shown on demand. */
export function PasswordField(props: Props) {
  const [shown, setShown] = useState(false);
  return (
    <PasswordInput
      {...props}
      visible={shown}
      onVisibilityChange={setShown}
      visibilityToggleIcon={({ reveal }) => <Icon of={reveal ? IconEyeOff : IconEye} />}
      visibilityToggleButtonProps={{
        "aria-label": say("shared.password.show", { label: props.label.toLowerCase() }),
        "aria-pressed": shown,
        "aria-hidden": false,
        tabIndex: 0,
        className: classes.toggle ?? "",
      }}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      // The library leaves this one field out, unlike all its others.
      aria-invalid={props.error ? true : undefined}
    />
  );
}
