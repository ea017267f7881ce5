import { useState } from "react";
import { FilterSelect } from "../../shared/list/FilterSelect.tsx";
import { ListAbout, Listing, Toolbar } from "../../shared/list/Listing.tsx";
import { SearchField } from "../../shared/list/SearchField.tsx";
import { queryOf, useFilters } from "../../shared/list/useFilters.ts";
import { PageHead } from "../../shared/ui/Page.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import { ActDialog } from "./ActDialog.tsx";
import { type Act, type Done, type User, useUsers } from "./api.ts";
import { userColumns } from "./columns.tsx";

type Filters = Record<"q" | "role" | "disabled", string>;

/** Everyone who has an account here: found, and changed in place. */
export function UsersPage() {
  const [filters, change] = useFilters("q", "role", "disabled");
  const keyset = useUsers(filters);
  const any = Object.values(filters).some(Boolean);
  return (
    <>
      <PageHead title={say("door.pages.admin_users")}>{say("admin.users.about")}</PageHead>
      <UserFilters filters={filters} change={change} />
      <ListAbout
        list={keyset.list}
        says={(n) => say(any ? "admin.users.matching" : "admin.users.count", { n })}
      />
      <Found
        key={queryOf(filters)}
        keyset={keyset}
        clear={any ? () => change({ q: "", role: "", disabled: "" }) : null}
      />
    </>
  );
}

/** Who was found by one set of filters, and what was done to them since. */
function Found({ keyset, clear }: { keyset: ReturnType<typeof useUsers>; clear: (() => void) | null }) {
  const [asking, setAsking] = useState<{ act: Act; user: User } | null>(null);
  const [done, setDone] = useState<Record<string, Done>>({});
  const now = useNow();
  return (
    <>
      <Listing
        caption={say("door.pages.admin_users")}
        columns={userColumns(now, done, (act, user) => setAsking({ act, user }))}
        keyset={keyset}
        keyOf={({ id }) => id}
        loading={say("admin.users.loading")}
        failed={say("admin.users.failed")}
        empty={{ title: say("admin.users.none"), text: say("admin.users.none_text") }}
        clear={clear}
      />
      {asking && (
        <ActDialog
          {...asking}
          close={() => setAsking(null)}
          onDone={(one) => {
            setAsking(null);
            setDone((before) => ({ ...before, [one.user.id]: one }));
          }}
        />
      )}
    </>
  );
}

function UserFilters({ filters, change }: { filters: Filters; change: (changed: Partial<Filters>) => void }) {
  return (
    <Toolbar label={say("admin.users.search")}>
      <SearchField
        label={say("admin.users.q")}
        placeholder={say("admin.users.q")}
        value={filters.q}
        onSearch={(q) => change({ q })}
      />
      <FilterSelect
        label={say("admin.users.role")}
        value={filters.role}
        options={[
          { value: "", label: say("admin.users.any_role") },
          { value: "user", label: say("admin.users.members") },
          { value: "admin", label: say("admin.users.admins") },
        ]}
        onChange={(role) => change({ role })}
      />
      <FilterSelect
        label={say("admin.users.state")}
        value={filters.disabled}
        options={[
          { value: "", label: say("admin.users.any_state") },
          { value: "false", label: say("admin.users.enabled") },
          { value: "true", label: say("admin.users.disabled") },
        ]}
        onChange={(disabled) => change({ disabled })}
      />
    </Toolbar>
  );
}
