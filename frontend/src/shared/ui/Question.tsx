import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { ActionButton } from "./ActionButton.tsx";
import { Dialog, DialogEnd } from "./Dialog.tsx";

/**
 * Asks before something is done that is not taken back. For the same reason it stays, once it was
 * answered, until what follows has come: "keep" would no longer be true.
 */
export function Question({
  title,
  text,
  children,
  keep,
  act,
  acting,
  busy,
  refused = false,
  gives = false,
  close,
  onYes,
}: {
  title: string;
  text: string;
  /** Below the text: what went wrong, and what more there is to know. */
  children: ReactNode;
  /** The harmless answer. */
  keep: string;
  /** The other one, and what stands there while it is done. */
  act: string;
  acting: string;
  busy: boolean;
  /** It can't be done, and asking again would change nothing. */
  refused?: boolean;
  /** Nothing ends by it. */
  gives?: boolean;
  close: () => void;
  onYes: () => void;
}) {
  const harmless = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (refused) harmless.current?.focus(); // the other answer can't have it any more
  }, [refused]);
  return (
    <Dialog alert title={title} text={text} close={() => busy || close()}>
      {children}
      <DialogEnd>
        <Button ref={harmless} onClick={close} disabled={busy} data-autofocus>
          {keep}
        </Button>
        <ActionButton
          variant={gives ? "filled" : "danger-filled"}
          busy={busy}
          busyLabel={acting}
          disabled={refused}
          onClick={onYes}
        >
          {act}
        </ActionButton>
      </DialogEnd>
    </Dialog>
  );
}
