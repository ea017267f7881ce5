import type { FormEvent, ReactNode } from "react";
import classes from "./Form.module.css";

/**
 * A form that the page sends by itself. `send` gets the values by name. The browser's own bubbles
 * are off: what is wrong stands below its field.
 */
export function Form({
  send,
  children,
  label,
}: {
  send: (values: FormData) => void;
  children: ReactNode;
  label: string;
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    send(new FormData(event.currentTarget));
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate aria-label={label}>
      {children}
    </form>
  );
}

/** A value of a form, as text. */
export function textOf(values: FormData, name: string): string {
  const value = values.get(name);
  return typeof value === "string" ? value : "";
}
