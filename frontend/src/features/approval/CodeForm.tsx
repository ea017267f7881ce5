import { TextInput } from "@mantine/core";
import { type ChangeEvent, type CompositionEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Form } from "../../shared/ui/Form.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { isRefusal } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import classes from "./approval.module.css";
import { SignedInAs } from "./SignedInAs.tsx";
import { caretAfter, codeLength, readCode, writeCode } from "./userCode.ts";

export interface Fault {
  error: Error;
  nth: number;
}

/** Where a device's code is entered, or compared where it came with the address. */
export function CodeForm({
  letters,
  came,
  fault,
  busy,
  onChange,
  onSend,
}: {
  letters: string;
  came: string;
  fault: Fault | null;
  busy: boolean;
  onChange: (letters: string) => void;
  onSend: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [short, setShort] = useState(false);
  const [strange, setStrange] = useState<string | null>(null);
  const unknown = isRefusal(fault?.error, "unknown_code");
  useEffect(() => {
    if (fault) input.current?.focus();
  }, [fault]);

  const send = () => {
    setShort(letters.length < codeLength);
    if (letters.length < codeLength) input.current?.focus();
    else onSend();
  };
  return (
    <Doorway
      tall
      follows={fault !== null}
      title={say("door.pages.device")}
      subtitle={say(came === "" ? "door.asked.enter" : "door.asked.compare")}
      footer={<SignedInAs />}
    >
      <Form label={say("door.pages.device")} send={send}>
        {fault && !unknown && <FormFault key={fault.nth} error={fault.error} />}
        <CodeInput
          input={input}
          letters={letters}
          error={whatIsWrong({ strange, short: short && letters.length < codeLength, unknown })}
          onChange={(read) => {
            onChange(read.letters);
            setStrange(read.strange);
          }}
        />
        <ActionButton
          type="submit"
          variant="filled"
          size="md"
          fullWidth
          busy={busy}
          busyLabel={say("approval.code.looking")}
        >
          {say("approval.code.go_on")}
        </ActionButton>
      </Form>
    </Doorway>
  );
}

function whatIsWrong(is: { strange: string | null; short: boolean; unknown: boolean }): string | null {
  if (is.strange) return say("approval.code.strange", { sign: is.strange });
  if (is.short) return say("approval.code.short");
  return is.unknown ? say("approval.code.unknown") : null;
}

/** Writes the dash by itself, and leaves the caret where one types. */
function CodeInput({
  input,
  letters,
  error,
  onChange,
}: {
  input: React.RefObject<HTMLInputElement | null>;
  letters: string;
  error: string | null;
  onChange: (read: ReturnType<typeof readCode>) => void;
}) {
  const caret = useRef<number | null>(null);
  /** What an input method has not finished yet, which must not be rewritten under its hands. */
  const [composed, setComposed] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (caret.current !== null) input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const take = ({ value, selectionStart }: HTMLInputElement) => {
    setComposed(null);
    const before = value.slice(0, selectionStart ?? value.length);
    caret.current = caretAfter(readCode(before).letters.length);
    onChange(readCode(value));
  };
  return (
    <TextInput
      ref={input}
      label={say("door.asked.code")}
      value={composed ?? writeCode(letters)}
      onChange={(event: ChangeEvent<HTMLInputElement>) => {
        const { nativeEvent, currentTarget } = event;
        if (nativeEvent instanceof InputEvent && nativeEvent.isComposing) setComposed(currentTarget.value);
        else take(currentTarget);
      }}
      onCompositionEnd={(event: CompositionEvent<HTMLInputElement>) => take(event.currentTarget)}
      autoComplete="off"
      autoCapitalize="characters"
      autoCorrect="off"
      spellCheck={false}
      error={error}
      className={classes.codeInput ?? ""}
    />
  );
}
