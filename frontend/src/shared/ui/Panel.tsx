import type { ReactNode } from "react";
import classes from "./Panel.module.css";

/** Ruled paper: one box with hairlines inside. */
export function Panel({
  children,
  label,
  padded = false,
}: {
  children: ReactNode;
  label?: string;
  padded?: boolean;
}) {
  const className = padded ? `${classes.panel} ${classes.padded}` : classes.panel;
  return label ? (
    <section className={className} aria-label={label}>
      {children}
    </section>
  ) : (
    <div className={className}>{children}</div>
  );
}
