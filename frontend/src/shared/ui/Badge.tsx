import classes from "./Badge.module.css";

export function Badge({ children, here = false }: { children: string; here?: boolean }) {
  return <span className={here ? `${classes.badge} ${classes.here}` : classes.badge}>{children}</span>;
}
