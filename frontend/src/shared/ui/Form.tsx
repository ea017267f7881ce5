import type { FormEvent, ReactNode } from "react";
import classes from "./Form.module.css";
import { useOneAtATime } from "./useOneAtATime.ts";

/**
 * A form that the page sends by itself. `send` gets the values by name. The browser's own bubbles
 * are off: what is wrong stands below its field. It is not sent again while that is under way.
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
  const oneAtATime = useOneAtATime();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    oneAtATime(() => send(values));
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
