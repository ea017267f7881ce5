import { Button } from "@mantine/core";
import { say } from "../words/words.ts";
import classes from "./list.module.css";
import type { Keyset } from "./useKeyset.ts";

/** What stands below the last row while there is more. */
export function ListEnd({ list: { more, loadMore } }: { list: Keyset<unknown> }) {
  if (more === "none") return null;
  if (more === "failed") {
    return (
      <div className={classes.end} role="alert">
        <span>{say("admin.list.more_failed")}</span>
        <Button onClick={loadMore}>{say("shared.act.again")}</Button>
      </div>
    );
  }
  return <div className={classes.end}>{say("admin.list.loading_more")}</div>;
}
