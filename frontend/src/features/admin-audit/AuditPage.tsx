import { Button } from "@mantine/core";
import { useState } from "react";
import { shortened } from "../../shared/format/shortened.ts";
import { ListAbout, Listing } from "../../shared/list/Listing.tsx";
import { queryOf, useFilters } from "../../shared/list/useFilters.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { PageHead } from "../../shared/ui/Page.tsx";
import { fieldFault } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import { type Filters, type Format, filterNames, type Told, useEvents, useExport } from "./api.ts";
import classes from "./audit.module.css";
import { eventColumns } from "./columns.tsx";
import { EventDialog } from "./EventDialog.tsx";
import { EventFilters, reversed } from "./EventFilters.tsx";

/** The account of all that happened: read, searched, and taken along. */
export function AuditPage() {
  const [filters, change] = useFilters(...filterNames);
  const { anew, ...keyset } = useEvents(filters);
  const [shown, setShown] = useState<Told | null>(null);
  const any = queryOf(filters) !== "";
  return (
    <>
      <PageHead title={say("door.pages.admin_audit")} action={<Export filters={filters} />}>
        {say("admin.audit.about")}
      </PageHead>
      <EventFilters
        filters={filters}
        change={change}
        error={keyset.error}
        nameOf={(id) => nameIn(keyset.list.rows, id)}
      />
      <ListAbout list={keyset.list} says={(n) => say("admin.audit.count", { n })}>
        <Button variant="subtle" onClick={anew}>
          {say("admin.audit.anew")}
        </Button>
      </ListAbout>
      <Listing
        caption={say("door.pages.admin_audit")}
        columns={eventColumns(setShown)}
        keyset={keyset}
        said={fieldFault(keyset.error, "ip") !== null || reversed(filters)}
        keyOf={({ id }) => id}
        loading={say("admin.audit.loading")}
        failed={say("admin.audit.failed")}
        empty={{ title: say("admin.audit.none"), text: say("admin.audit.none_text") }}
        clear={any ? () => change(Object.fromEntries(filterNames.map((name) => [name, ""]))) : null}
      />
      {shown && <EventDialog event={shown} close={() => setShown(null)} />}
    </>
  );
}

/** What somebody is called in what is shown; a piece of their id where they are not in it. */
function nameIn(events: Told[], id: string): string {
  const people = events.flatMap(({ user, actor }) => [user, actor]);
  return people.find((person) => person?.id === id)?.email || shortened(id);
}

/** The browser does the rest: nothing of it is held in the page. */
function download(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

function Export({ filters }: { filters: Filters }) {
  const run = useExport(filters, download);
  const button = (format: Format, label: string) => (
    <ActionButton
      busy={run.isPending && run.variables === format}
      busyLabel={say("admin.audit.exporting")}
      onClick={() => run.mutate(format)}
    >
      {label}
    </ActionButton>
  );
  return (
    <div className={classes.acts}>
      <span role="status">{run.isSuccess && say("admin.audit.exported")}</span>
      <FormFault error={run.error} />
      {button("csv", say("admin.audit.csv"))}
      {button("jsonl", say("admin.audit.jsonl"))}
    </div>
  );
}
