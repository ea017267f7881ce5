import { Button, Skeleton } from "@mantine/core";
import { shortened } from "../../shared/format/shortened.ts";
import { capital, moment } from "../../shared/format/time.ts";
import { CopyId } from "../../shared/ui/CopyId.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { State } from "../../shared/ui/State.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import type { Key } from "./api.ts";
import classes from "./keys.module.css";

const shapes = { next: "none", signing: "ok", published: "none", retired: "none", revoked: "bad" } as const;

/** Keys that can still do harm: the others have left, and no verifier takes them. */
const outThere = (key: Key) => key.state !== "retired" && key.state !== "revoked";

const columns = ["key", "state", "created", "signs_from", "signs_until", "leaves"] as const;

/** Each key with its state in words, and its times. The roles are written out: on a phone, rows are blocks. */
export function KeysTable({ keys, onCompromised }: { keys: Key[]; onCompromised: (key: Key) => void }) {
  return (
    <Panel>
      <table className={classes.keys} role="table">
        <caption>
          <Hidden>{say("door.pages.admin_keys")}</Hidden>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((name) => (
              <th key={name} scope="col" role="columnheader">
                {say(`admin.keys.${name}`)}
              </th>
            ))}
            <th scope="col" role="columnheader">
              <Hidden>{say("admin.action")}</Hidden>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {keys.map((key) => (
            <Row key={key.kid} of={key} onCompromised={onCompromised} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** As long as no key is known. */
export function KeysWaiting() {
  return (
    <Panel>
      <table className={`${classes.keys} ${classes.waiting}`} role="table" aria-hidden="true">
        <tbody role="rowgroup">
          {["a", "b", "c"].map((row) => (
            <tr key={row} role="row">
              {columns.map((name) => (
                <td key={name} role="cell" data-label={say(`admin.keys.${name}`)}>
                  <Skeleton width={name === "state" ? 168 : 88} height={14} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Hidden>{say("admin.keys.loading")}</Hidden>
    </Panel>
  );
}

function Row({ of: key, onCompromised }: { of: Key; onCompromised: (key: Key) => void }) {
  return (
    <tr role="row" className={outThere(key) ? undefined : classes.gone}>
      <td role="cell" data-label={say("admin.keys.key")}>
        <div>
          <CopyId id={key.kid} of={say("admin.keys.kid_of")} />
          <small>
            <code>{key.alg}</code>
          </small>
        </div>
      </td>
      <td role="cell" data-label={say("admin.keys.state")}>
        <div>
          <State is={shapes[key.state]}>{say(`admin.keys.states.${key.state}`)}</State>
          <small>{say(`admin.keys.more.${key.state}`)}</small>
        </div>
      </td>
      <Cell label={say("admin.keys.created")} at={key.created_at} />
      <Cell label={say("admin.keys.signs_from")} at={key.signs_from} />
      <Cell label={say("admin.keys.signs_until")} at={key.signs_until} />
      <Cell label={say("admin.keys.leaves")} at={key.leaves_at} />
      <td role="cell" className={classes.act}>
        {outThere(key) && (
          <Button
            variant="danger"
            aria-haspopup="dialog"
            aria-label={say("admin.keys.revoke_of", { kid: shortened(key.kid) })}
            onClick={() => onCompromised(key)}
          >
            {say("admin.keys.revoke")}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Cell({ label, at }: { label: string; at: string | null }) {
  const now = useNow();
  return (
    <td role="cell" data-label={label}>
      {at ? <Time at={new Date(at)}>{capital(moment(new Date(at), now))}</Time> : <span>–</span>}
    </td>
  );
}
