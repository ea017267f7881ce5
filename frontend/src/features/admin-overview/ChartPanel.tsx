import { type ReactNode, useId } from "react";
import { AsTable, type Figures } from "../../shared/ui/AsTable.tsx";
import classes from "./overview.module.css";
import { Key, type Series } from "./Plot.tsx";

/** One question: its name, what is counted and in which unit, the present values, and the drawing. */
export function ChartPanel({
  title,
  about,
  keys = [],
  bars = false,
  table,
  children,
}: {
  title: string;
  about: string;
  keys?: (Series & { now: string })[];
  bars?: boolean;
  table: () => Figures;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <figure className={classes.chart} aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{title}</h2>
        <p className={classes.about}>{about}</p>
      </figcaption>
      {keys.length > 0 && (
        <div className={classes.keys}>
          {keys.map(({ name, label, color, dashed, now }) => (
            <span key={name}>
              <Key color={color} dashed={dashed} bar={bars} />
              {label} <b>{now}</b>
            </span>
          ))}
        </div>
      )}
      <AsTable label={title} table={table}>
        {children}
      </AsTable>
    </figure>
  );
}
