import type { ReactNode } from "react";
import classes from "./Threshold.module.css";

/** The second hairline: it marks where one goes in or out, and nothing else. */
export function Threshold({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <div className={className ? `${classes.threshold} ${className}` : classes.threshold}>{children}</div>
  );
}
