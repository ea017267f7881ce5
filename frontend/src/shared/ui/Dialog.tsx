import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import classes from "./Dialog.module.css";

/**
 * A question over the page, which is inert meanwhile. Escape is the harmless answer. The library's
 * modal can't be an alertdialog, so this is the browser's own, which keeps and returns the focus.
 * Focus begins on the element that has `data-autofocus`.
 */
export function Dialog({
  title,
  text,
  close,
  children,
  above,
  alert = false,
}: {
  title: ReactNode;
  text?: string;
  /** The harmless answer. */
  close: () => void;
  children: ReactNode;
  /** Between the title and the text. */
  above?: ReactNode;
  /** It interrupts: something will end. */
  alert?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // A layout effect, since closing gives the focus back only while the dialog is in the page.
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    opened?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => opened?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      role={alert ? "alertdialog" : undefined}
      aria-labelledby={`${id}-title`}
      aria-describedby={text ? `${id}-text` : undefined}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      {above}
      {text && <p id={`${id}-text`}>{text}</p>}
      {children}
    </dialog>
  );
}

/** The answers, the harmless one first. */
export function DialogEnd({ children }: { children: ReactNode }) {
  return <div className={classes.end}>{children}</div>;
}
