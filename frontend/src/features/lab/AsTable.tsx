import type { ReactNode } from "react";
import { type Figures, AsTable as Shared } from "../../shared/ui/AsTable.tsx";
import classes from "./lab.module.css";

/** A drawing, and on demand the same figures as a table, as the lab's sheets have them. */
export function AsTable({ label, table, children }: { label: string; table: Figures; children: ReactNode }) {
  return (
    <div className={classes.figures}>
      <Shared label={label} table={() => ({ ...table, boxed: true })}>
        {children}
      </Shared>
    </div>
  );
}
