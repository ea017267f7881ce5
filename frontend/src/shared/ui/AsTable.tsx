import { Button } from "@mantine/core";
import IconChartDots from "@tabler/icons-react/icons/IconChartDots";
import IconTable from "@tabler/icons-react/icons/IconTable";
import { type ReactNode, useState } from "react";
import { say } from "../words/words.ts";
import classes from "./AsTable.module.css";
import { Hidden } from "./Hidden.tsx";
import { Icon } from "./Icon.tsx";

export interface Figures {
  head: string[];
  rows: ReactNode[][];
  /** On a page of its own kind: with a border, and as long as it is. */
  boxed?: boolean;
}

/** A drawing, and on demand the same figures as a table. */
export function AsTable({
  label,
  table,
  children,
}: {
  label: string;
  table: () => Figures;
  children: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  return (
    <>
      {asTable ? <FiguresTable label={label} {...table()} /> : children}
      <Button
        className={classes.toggle ?? ""}
        variant="subtle"
        aria-pressed={asTable}
        leftSection={<Icon of={asTable ? IconChartDots : IconTable} />}
        onClick={() => setAsTable(!asTable)}
      >
        {say("shared.act.as_table")}
      </Button>
    </>
  );
}

export function FiguresTable({ label, head, rows, boxed = false }: Figures & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    // biome-ignore lint/a11y/useSemanticElements: it is no fieldset
    <div className={boxed ? classes.boxed : classes.box} role="group" tabIndex={0} aria-label={label}>
      <table className={classes.table}>
        <caption>
          <Hidden>{label}</Hidden>
        </caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows keep their places
            <tr key={n}>
              <th scope="row">{name}</th>
              {cells.map((cell, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column's
                <td key={n}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
