import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { Failed } from "../ui/Failed.tsx";
import { Hidden } from "../ui/Hidden.tsx";
import { say } from "../words/words.ts";
import classes from "./list.module.css";
import type { Keyset } from "./useKeyset.ts";
import { type Column, Head, VirtualTable, widths } from "./VirtualTable.tsx";

interface Props<Row> {
  /** What the list is of, for those who listen to the page. */
  caption: string;
  columns: Column<Row>[];
  keyset: { list: Keyset<Row>; waiting: boolean; error: Error | null; retry: () => void };
  /** Why there is nothing is said at the filters. */
  said?: boolean;
  keyOf: (row: Row) => string;
  lookOf?: (row: Row) => "gone" | "chosen" | undefined;
  loading: string;
  failed: string;
  /** What would be here. */
  empty: { title: string; text: string };
  /** Takes all filters away; null where there are none. */
  clear: (() => void) | null;
}

/** A list in each of its states: waiting, failed, empty, and as long as it is. */
export function Listing<Row>({ keyset, said, loading, failed, empty, clear, ...table }: Props<Row>) {
  if (keyset.waiting) return <Waiting columns={table.columns} loading={loading} />;
  if (said && keyset.list.rows.length === 0) return null;
  if (keyset.error) return <Failed title={failed} error={keyset.error} retry={keyset.retry} />;
  if (keyset.list.rows.length === 0) return <Empty {...empty} clear={clear} />;
  return <VirtualTable {...table} list={keyset.list} />;
}

function Empty({ title, text, clear }: { title: string; text: string; clear: (() => void) | null }) {
  return (
    <div className={`${classes.panel} ${classes.empty}`}>
      <h2>{clear ? say("admin.list.none_match") : title}</h2>
      <p>{clear ? say("admin.list.none_match_text") : text}</p>
      {clear && <Button onClick={clear}>{say("admin.list.clear")}</Button>}
    </div>
  );
}

const guessed = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** Rows of the height that rows have. */
function Waiting<Row>({ columns, loading }: { columns: Column<Row>[]; loading: string }) {
  return (
    <div className={classes.panel}>
      <table className={classes.table} role="table" style={widths(columns)} aria-hidden="true">
        <Head columns={columns} />
        <tbody className={`${classes.body} ${classes.waiting}`} role="rowgroup">
          {guessed.map((row) => (
            <tr key={row} role="row" className={`${classes.row} ${classes.skeleton}`}>
              {columns.map(({ name, place }) => (
                <td key={name} role="cell" className={place && classes[place]}>
                  {place === "tick" ? null : <Skeleton width={place === "lead" ? 168 : "64%"} height={14} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Hidden>{loading}</Hidden>
    </div>
  );
}

/** How many there are, said again whenever that changes, and what one can do to all of them. */
export function ListAbout({
  list,
  says,
  children,
}: {
  list: Keyset<unknown>;
  says: (n: number) => string;
  children?: ReactNode;
}) {
  const { total, capped } = list;
  return (
    <div className={classes.about}>
      <p role="status">
        {total !== null && (capped ? say("admin.list.at_least", { said: says(total) }) : says(total))}
      </p>
      {children}
    </div>
  );
}

export function Toolbar({ children, label }: { children: ReactNode; label: string }) {
  return (
    <search className={classes.toolbar} aria-label={label}>
      {children}
    </search>
  );
}
