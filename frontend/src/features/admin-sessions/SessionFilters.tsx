import { duration } from "../../shared/format/time.ts";
import { day, hour } from "../../shared/format/units.ts";
import { Chip } from "../../shared/list/Chip.tsx";
import { FilterSelect } from "../../shared/list/FilterSelect.tsx";
import { Toolbar } from "../../shared/list/Listing.tsx";
import { SearchField } from "../../shared/list/SearchField.tsx";
import { fieldFault } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import type { Filters } from "./api.ts";

const lengths = { "1h": hour, "12h": 12 * hour, "1d": day, "7d": 7 * day, "30d": 30 * day };

/** What sessions are searched by. */
export function SessionFilters({
  filters,
  change,
  error,
  whose,
}: {
  filters: Filters;
  change: (changed: Partial<Filters>) => void;
  error: Error | null;
  /** What to call the one user whose sessions are shown. */
  whose: string;
}) {
  const field = (name: "q" | "ip" | "device") => (
    <SearchField
      label={say(`admin.sessions.${name}`)}
      placeholder={say(`admin.sessions.short_${name}`)}
      value={filters[name]}
      onSearch={(text) => change({ [name]: text })}
      error={fieldFault(error, name)}
    />
  );
  return (
    <Toolbar label={say("admin.sessions.search")}>
      {filters.user && <Chip remove={() => change({ user: "" })}>{say("admin.of_user", { whose })}</Chip>}
      {!filters.user && field("q")}
      {field("ip")}
      {field("device")}
      <FilterSelect
        label={say("admin.sessions.kind")}
        value={filters.kind}
        options={[
          { value: "", label: say("admin.sessions.any_kind") },
          { value: "browser", label: say("admin.sessions.browser") },
          { value: "client", label: say("admin.sessions.client") },
        ]}
        onChange={(kind) => change({ kind })}
      />
      <Length name="older_than" filters={filters} change={change} />
      <Length name="idle_for" filters={filters} change={change} />
    </Toolbar>
  );
}

function Length({
  name,
  filters,
  change,
}: {
  name: "older_than" | "idle_for";
  filters: Filters;
  change: (changed: Partial<Filters>) => void;
}) {
  const value = filters[name];
  const known = Object.entries(lengths).map(([value, milliseconds]) => ({
    value,
    label: say(`admin.sessions.${name}`, { length: duration(milliseconds) }),
  }));
  // A link may name one that is not among them.
  const other =
    value && !(value in lengths) ? [{ value, label: say(`admin.sessions.${name}`, { length: value }) }] : [];
  return (
    <FilterSelect
      label={say(`admin.sessions.label_${name}`)}
      value={value}
      options={[{ value: "", label: say(`admin.sessions.any_${name}`) }, ...known, ...other]}
      onChange={(length) => change({ [name]: length })}
    />
  );
}
