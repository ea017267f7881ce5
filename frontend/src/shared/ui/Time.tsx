import type { ReactNode } from "react";
import { exact } from "../format/time.ts";

/** A time in words, with the exact one on hover. */
export function Time({ at, children }: { at: Date; children: ReactNode }) {
  return (
    <time dateTime={at.toISOString()} title={exact(at)}>
      {children}
    </time>
  );
}
