import { eventNames, whatHappened } from "../../shared/format/event.ts";
import { shortened } from "../../shared/format/shortened.ts";
import { Chip } from "../../shared/list/Chip.tsx";
import { FilterSelect } from "../../shared/list/FilterSelect.tsx";
import { Toolbar } from "../../shared/list/Listing.tsx";
import { MomentField } from "../../shared/list/MomentField.tsx";
import { SearchField } from "../../shared/list/SearchField.tsx";
import { fieldFault } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import type { Filters } from "./api.ts";

/** What the account is searched by. Whose events they are, by whom, and of which session, a link says. */
export function EventFilters({
  filters,
  change,
  error,
  nameOf,
}: {
  filters: Filters;
  change: (changed: Partial<Filters>) => void;
  error: Error | null;
  /** What to call somebody, by their id. */
  nameOf: (id: string) => string;
}) {
  return (
    <Toolbar label={say("admin.audit.search")}>
      {filters.user && (
        <Chip remove={() => change({ user: "" })}>
          {say("admin.of_user", { whose: nameOf(filters.user) })}
        </Chip>
      )}
      {filters.actor && (
        <Chip remove={() => change({ actor: "" })}>
          {say("admin.audit.by_actor", { who: nameOf(filters.actor) })}
        </Chip>
      )}
      {filters.sid && (
        <Chip remove={() => change({ sid: "" })}>
          {say("admin.audit.of_session", { sid: shortened(filters.sid) })}
        </Chip>
      )}
      <FilterSelect
        label={say("admin.audit.event")}
        value={filters.name}
        options={options(filters.name)}
        onChange={(name) => change({ name })}
      />
      <SearchField
        label={say("admin.sessions.ip")}
        placeholder={say("admin.sessions.short_ip")}
        value={filters.ip}
        onSearch={(ip) => change({ ip })}
        error={fieldFault(error, "ip")}
      />
      <MomentField
        label={say("admin.audit.from")}
        value={filters.from}
        onChange={(from) => change({ from })}
        error={reversed(filters) ? say("admin.audit.reversed") : null}
      />
      <MomentField label={say("admin.audit.to")} value={filters.to} onChange={(to) => change({ to })} />
    </Toolbar>
  );
}

/** It asks for what happened after the one moment and before the other, and nothing did. */
export function reversed({ from, to }: Filters): boolean {
  return Date.parse(from) >= Date.parse(to);
}

const nouns = ["session", "sign_in", "step_up", "user", "password", "approval", "key"] as const;

/** Each event that the page has words for, and all of what is told of much. */
function options(chosen: string) {
  const nouned = nouns.map((noun) => ({
    value: `${noun}.*`,
    label: say(`admin.audit.nouns.${noun}`),
  }));
  const named = eventNames.map((name) => ({ value: name, label: inWords(name) }));
  const known = [...nouned, ...named];
  // A link may name one that is new to the page.
  const other =
    chosen && !known.some(({ value }) => value === chosen) ? [{ value: chosen, label: chosen }] : [];
  return [{ value: "", label: say("admin.audit.any") }, ...known, ...other];
}

/** An event by its name alone. */
function inWords(name: string): string {
  if (name === "role.changed") return say("admin.audit.role_changed");
  const said = whatHappened({ name, detail: {} });
  return said === name ? whatHappened({ name, detail: { client_name: say("admin.audit.a_client") } }) : said;
}
