import { Button } from "@mantine/core";
import { Link } from "react-router";
import { why } from "../../shared/admin/why.ts";
import { deviceName } from "../../shared/format/device.ts";
import { whatHappened } from "../../shared/format/event.ts";
import { utc } from "../../shared/format/utc.ts";
import type { Column } from "../../shared/list/VirtualTable.tsx";
import { CopyId } from "../../shared/ui/CopyId.tsx";
import { say } from "../../shared/words/words.ts";
import type { Told } from "./api.ts";
import classes from "./audit.module.css";

/** The columns of the account. Times are absolute: it is read beside other logs. */
export function eventColumns(open: (event: Told) => void): Column<Told>[] {
  return [
    {
      name: "at",
      head: say("admin.audit.at"),
      width: "192px",
      cell: ({ at }) => <time dateTime={at}>{utc(new Date(at))}</time>,
    },
    {
      name: "event",
      head: say("admin.audit.event"),
      width: "minmax(0, 1.5fr)",
      place: "lead",
      cell: (event) => (
        <div className={classes.event}>
          <span>{whatHappened(event)}</span>
          <small>
            <code>{event.name}</code>
            {why(event) && ` · ${why(event)}`}
          </small>
        </div>
      ),
    },
    {
      name: "actor",
      head: say("admin.audit.actor"),
      width: "minmax(0, 1fr)",
      cell: (event) => <Somebody who={event.actor} nobody={withoutActor(event)} />,
    },
    {
      name: "user",
      head: say("admin.audit.user"),
      width: "minmax(0, 1fr)",
      cell: ({ user, actor }) =>
        user && user.id === actor?.id ? (
          <span className={classes.faint}>{say("admin.audit.self")}</span>
        ) : (
          <Somebody who={user} nobody="–" />
        ),
    },
    {
      name: "from",
      head: say("admin.audit.where"),
      width: "minmax(0, 1fr)",
      cell: ({ ip, device }) => (
        <div>
          {ip || "–"}
          <small>{ip && deviceName(device)}</small>
        </div>
      ),
    },
    {
      name: "act",
      head: say("admin.action"),
      quiet: true,
      width: "56px",
      place: "act",
      cell: (event) => (
        <Button
          variant="subtle"
          aria-haspopup="dialog"
          aria-label={say("admin.audit.more_of", { event: whatHappened(event), at: utc(new Date(event.at)) })}
          onClick={() => open(event)}
        >
          {say("admin.audit.more")}
        </Button>
      ),
    },
  ];
}

/** Who did what nobody who is signed in did. What the system or its command line does comes from no address. */
export function withoutActor({ ip }: Told): string {
  return say(ip ? "admin.audit.stranger" : "admin.audit.system");
}

/** Somebody, by address; by id where their account is gone. */
export function Somebody({ who, nobody }: { who: Told["user"]; nobody: string }) {
  if (!who) return <span className={classes.faint}>{nobody}</span>;
  if (!who.email) return <CopyId id={who.id} of={say("admin.audit.gone")} />;
  return (
    <Link className={classes.person} to={`/admin/users/${who.id}`} title={who.email}>
      {who.email}
    </Link>
  );
}
