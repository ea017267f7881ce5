import classes from "./AccountName.module.css";

/** Whose password a form asks for, said to password managers alone. */
export function AccountName({ email }: { email: string }) {
  return (
    <input
      className={classes.account}
      type="text"
      autoComplete="username"
      value={email}
      readOnly
      tabIndex={-1}
      aria-hidden
    />
  );
}
