import { Button } from "@mantine/core";
import { useState } from "react";
import { shortened } from "../../shared/format/shortened.ts";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Note } from "../../shared/ui/Note.tsx";
import { Foot, PageHead } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import { type Key, useKeys } from "./api.ts";
import { KeysTable, KeysWaiting } from "./KeysTable.tsx";
import classes from "./keys.module.css";
import { RotateDialog } from "./RotateDialog.tsx";

/** What signs our tokens: which key does now, which will, and which did. */
export function KeysPage() {
  const keys = useKeys();
  const [asking, setAsking] = useState<{ compromised: Key | null } | null>(null);
  const [done, setDone] = useState("");
  const next = keys.data?.find(({ state }) => state === "next");
  return (
    <>
      <PageHead
        title={say("door.pages.admin_keys")}
        action={
          <div className={classes.rotate}>
            {next && <small>{say("admin.keys.waits_one", { kid: shortened(next.kid) })}</small>}
            <Button
              variant="filled"
              aria-haspopup="dialog"
              disabled={!keys.data || next !== undefined}
              onClick={() => setAsking({ compromised: null })}
            >
              {say("admin.keys.rotate")}
            </Button>
          </div>
        }
      >
        {say("admin.keys.about")}
      </PageHead>
      <div className={classes.done} role="status">
        {done && <Note kind="ok" title={done} />}
      </div>
      {keys.data ? (
        <KeysTable keys={keys.data} onCompromised={(compromised) => setAsking({ compromised })} />
      ) : keys.isPending ? (
        <KeysWaiting />
      ) : (
        <Failed title={say("admin.keys.failed")} error={keys.error} retry={() => void keys.refetch()} />
      )}
      <Foot>
        {say("admin.keys.foot")} <a href="/.well-known/jwks.json">{say("admin.keys.jwks")}</a>
      </Foot>
      {asking && (
        <RotateDialog
          compromised={asking.compromised}
          close={() => setAsking(null)}
          onDone={(said) => {
            setAsking(null);
            setDone(said);
          }}
        />
      )}
    </>
  );
}
