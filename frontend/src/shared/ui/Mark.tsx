import classes from "./Mark.module.css";

/** A door within a door. */
export function Mark({ size = 20 }: { size?: 20 | 32 }) {
  return (
    <svg className={classes.mark} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path className={classes.door} d="M7 17.25V10a3 3 0 0 1 6 0v7.25z" />
      <path d="M3.75 17.25V9.5a6.25 6.25 0 0 1 12.5 0v7.75M1.75 17.25h16.5" />
    </svg>
  );
}
