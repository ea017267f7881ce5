import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
} from "react";
import { Hidden } from "../ui/Hidden.tsx";
import { ListEnd } from "./ListEnd.tsx";
import classes from "./list.module.css";
import type { Keyset } from "./useKeyset.ts";
import { useRows } from "./useRows.ts";

/** One column of a list. */
export interface Column<Row> {
  name: string;
  head: string;
  /** Its width, as a track of a CSS grid. */
  width: string;
  /** Its head is for those who listen to the page. */
  quiet?: boolean;
  /**
   * Where it stands when a row is a block: what the row is about, above; what is ticked, or a menu, in the
   * corner; what one can do, below; else on a line of its own.
   */
  place?: "lead" | "tick" | "corner" | "act";
  cell: (row: Row) => ReactNode;
}

/** How far ahead the next page is loaded, in rows. */
const ahead = 60;

/**
 * A list of any length, of which only the rows in the window are drawn. The roles are written out,
 * since rows are drawn as grids or blocks, and say which of how many each one is. Up and down arrows
 * lead from row to row within a column.
 */
export function VirtualTable<Row>({
  caption,
  columns,
  list,
  keyOf,
  lookOf,
}: {
  caption: string;
  columns: Column<Row>[];
  list: Keyset<Row>;
  keyOf: (row: Row) => string;
  /** How a row looks where it is not like the others. */
  lookOf?: (row: Row) => "gone" | "chosen" | undefined;
}) {
  const { rows, total, capped, more, loadMore } = list;
  const body = useRef<HTMLTableSectionElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: keyOf only names a member of the row
  const keyAt = useCallback(
    (i: number) => {
      const row = rows[i];
      return row === undefined ? String(i) : keyOf(row);
    },
    [rows],
  );
  const { virtual, top, setFocused } = useRows(body, rows.length, keyAt);
  const drawn = virtual.getVirtualItems();
  const near = (drawn.at(-1)?.index ?? 0) >= rows.length - ahead;
  useEffect(() => {
    if (near && more === "there") loadMore();
  }, [near, more, loadMore]);
  return (
    <div className={classes.panel} aria-busy={list.behind}>
      <table
        className={classes.table}
        role="table"
        aria-rowcount={capped || total === null ? -1 : Math.max(total, rows.length) + 1}
        style={widths(columns)}
      >
        <caption className={classes.caption}>
          <Hidden>{caption}</Hidden>
        </caption>
        <Head columns={columns} />
        <tbody
          className={classes.body}
          role="rowgroup"
          ref={body}
          style={{ height: virtual.getTotalSize() }}
          onFocus={(event) => setFocused(indexOf(event))}
          onBlur={() => setFocused(-1)}
          onKeyDown={stepThrough}
        >
          {drawn.map(({ index, key, start }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <tr
                  key={key}
                  role="row"
                  ref={virtual.measureElement}
                  data-index={index}
                  aria-rowindex={index + 2}
                  className={`${classes.row} ${classes[lookOf?.(row) ?? ""] ?? ""}`}
                  style={{ top: start - top }}
                >
                  {columns.map((column) => (
                    <td
                      key={column.name}
                      role="cell"
                      className={column.place && classes[column.place]}
                      data-label={column.head}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              )
            );
          })}
        </tbody>
      </table>
      <ListEnd list={list} />
    </div>
  );
}

/** The widths of the columns, for the grid of each row. */
export function widths<Row>(columns: Column<Row>[]): CSSProperties {
  return { "--columns": columns.map(({ width }) => width).join(" ") } as CSSProperties;
}

export function Head<Row>({ columns }: { columns: Column<Row>[] }) {
  return (
    <thead className={classes.head} role="rowgroup">
      <tr role="row" className={classes.row} aria-rowindex={1}>
        {columns.map(({ name, head, quiet }) => (
          <th key={name} scope="col" role="columnheader">
            {quiet ? <Hidden>{head}</Hidden> : head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function indexOf({ target }: FocusEvent): number {
  return Number((target as HTMLElement).closest("tr")?.dataset.index ?? -1);
}

/** Moves the focus to the same column of the next row, or the one before, that has something there. */
function stepThrough(event: KeyboardEvent): void {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const from = event.target as HTMLElement;
  const cell = from.closest("td");
  if (!step || !cell || event.defaultPrevented || from.closest('[role="menu"], [aria-expanded="true"]'))
    return;
  const along = step as "nextElementSibling" | "previousElementSibling";
  for (let row = cell.closest("tr")?.[along]; row; row = row[along]) {
    const next = (row as HTMLTableRowElement).cells[cell.cellIndex]?.querySelector<HTMLElement>(
      "a[href], button, input",
    );
    if (!next) continue;
    event.preventDefault();
    next.focus();
    return;
  }
}
