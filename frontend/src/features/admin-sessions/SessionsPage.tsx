import { Button } from "@mantine/core";
import { useState } from "react";
import { serverNow } from "vestibule-kit";
import { shortened } from "../../shared/format/shortened.ts";
import { ListAbout, Listing } from "../../shared/list/Listing.tsx";
import { queryOf, useFilters } from "../../shared/list/useFilters.ts";
import { PageHead } from "../../shared/ui/Page.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { fieldFault } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import { allOf, type Filters, filterNames, type Target, useSessions } from "./api.ts";
import { endable, sessionColumns } from "./columns.tsx";
import { EndDialog } from "./EndDialog.tsx";
import { SessionFilters } from "./SessionFilters.tsx";
import classes from "./sessions.module.css";

/** Every session that is open: found, and ended, one, many, or all. */
export function SessionsPage() {
  const [filters, change] = useFilters(...filterNames);
  const keyset = useSessions(filters);
  const whose = keyset.list.rows[0]?.user.email ?? shortened(filters.user);
  const clear = () => change(Object.fromEntries(filterNames.map((name) => [name, ""])));
  return (
    <>
      <PageHead title={say("door.pages.admin_sessions")}>{say("admin.sessions.about")}</PageHead>
      <SessionFilters filters={filters} change={change} error={keyset.error} whose={whose} />
      <Found key={queryOf(filters)} keyset={keyset} filters={filters} clear={clear} />
    </>
  );
}

/** What was found by one set of filters, what of it is chosen, and what was ended here. */
function Found({
  keyset,
  filters,
  clear,
}: {
  keyset: ReturnType<typeof useSessions>;
  filters: Filters;
  clear: () => void;
}) {
  const now = useNow();
  const [chosen, setChosen] = useState(new Set<string>());
  const [ended, setEnded] = useState(new Map<string, Date>());
  const [gone, setGone] = useState(0);
  const [asking, setAsking] = useState<Target | null>(null);
  const any = queryOf(filters) !== "";
  const open = keyset.list.rows.filter((session) => endable(session, ended));
  const list = {
    ...keyset.list,
    total: keyset.list.total === null ? null : Math.max(0, keyset.list.total - gone),
  };
  const onEnded = (target: Target, n: number) => {
    const at = new Date(serverNow());
    const which = target.kind === "named" ? target.sessions : open;
    setEnded((before) => new Map([...before, ...which.map(({ sid }) => [sid, at] as const)]));
    setGone((before) => before + n);
  };
  const marks = {
    chosen,
    ended,
    choose: (sid: string, is: boolean) =>
      setChosen((before) => {
        const after = new Set(before);
        if (is) after.add(sid);
        else after.delete(sid);
        return after;
      }),
    end: (session: (typeof open)[number]) => setAsking({ kind: "named", sessions: [session] }),
  };
  return (
    <>
      <ListAbout
        list={list}
        says={(n) => say(any ? "admin.sessions.matching" : "admin.sessions.count", { n })}
      >
        {gone > 0 && <p role="status">{say("admin.sessions.done", { n: gone })}</p>}
        <Acts
          chosen={open.filter(({ sid }) => chosen.has(sid))}
          shown={open}
          all={allOf(list, filters)}
          choose={(sids) => setChosen(new Set(sids))}
          ask={setAsking}
          behind={list.behind}
        />
      </ListAbout>
      <Listing
        caption={say("door.pages.admin_sessions")}
        columns={sessionColumns(now, marks)}
        keyset={{ ...keyset, list }}
        said={(["q", "ip", "device"] as const).some((name) => fieldFault(keyset.error, name) !== null)}
        keyOf={({ sid }) => sid}
        lookOf={({ sid }) => (ended.has(sid) ? "gone" : chosen.has(sid) ? "chosen" : undefined)}
        loading={say("admin.sessions.loading")}
        failed={say("admin.sessions.failed")}
        empty={{ title: say("admin.sessions.none"), text: say("admin.sessions.none_text") }}
        clear={any ? clear : null}
      />
      {asking && <EndDialog target={asking} close={() => setAsking(null)} onEnded={onEnded} />}
    </>
  );
}

type Session = Parameters<typeof endable>[0];

/** What one can do to what is chosen, or to all of it. */
function Acts({
  chosen,
  shown,
  all,
  choose,
  ask,
  behind,
}: {
  chosen: Session[];
  shown: Session[];
  all: Extract<Target, { n: number }>;
  choose: (sids: string[]) => void;
  ask: (target: Target) => void;
  /** Their number is that of the filters before. */
  behind: boolean;
}) {
  if (shown.length === 0) return null;
  if (chosen.length > 0) {
    return (
      <div className={classes.acts}>
        <span role="status">{say("admin.sessions.chosen", { n: chosen.length })}</span>
        <Button variant="subtle" onClick={() => choose([])}>
          {say("admin.sessions.choose_none")}
        </Button>
        <Button
          variant="danger"
          aria-haspopup="dialog"
          onClick={() => ask({ kind: "named", sessions: chosen })}
        >
          {say("admin.sessions.end_n", { n: chosen.length })}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.acts}>
      <Button variant="subtle" onClick={() => choose(shown.map(({ sid }) => sid))}>
        {say("admin.sessions.choose_shown", { n: shown.length })}
      </Button>
      <Button variant="danger" aria-haspopup="dialog" disabled={behind} onClick={() => ask(all)}>
        {say(`admin.sessions.end_${all.kind}${all.yours ? "_but_yours" : ""}`, { n: all.n })}
      </Button>
    </div>
  );
}
