import { Link } from "react-router";
import { roleName } from "../../shared/format/event.ts";
import { ago, capital, date } from "../../shared/format/time.ts";
import type { Column } from "../../shared/list/VirtualTable.tsx";
import { State } from "../../shared/ui/State.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { say } from "../../shared/words/words.ts";
import { outcome } from "./ActDialog.tsx";
import type { Act, Done, User } from "./api.ts";
import { UserMenuButton } from "./UserMenuButton.tsx";
import classes from "./users.module.css";

/** The columns of the list. Whom something was done to here is shown as they are now, with what it did. */
export function userColumns(
  now: Date,
  done: Record<string, Done>,
  onChoose: (act: Act, user: User) => void,
): Column<User>[] {
  const present = (user: User) => done[user.id]?.user ?? user;
  return [
    {
      name: "user",
      head: say("admin.users.user"),
      width: "minmax(0, 2fr)",
      place: "lead",
      cell: (user) => <Who user={user} done={done[user.id]} />,
    },
    {
      name: "role",
      head: say("admin.users.role"),
      width: "minmax(96px, 0.6fr)",
      cell: (user) => <span>{roleName(present(user).role)}</span>,
    },
    {
      name: "state",
      head: say("admin.users.state"),
      width: "minmax(96px, 0.6fr)",
      cell: (user) => <UserState user={present(user)} />,
    },
    {
      name: "sessions",
      head: say("door.pages.admin_sessions"),
      width: "72px",
      cell: (user) => <span>{say("admin.number", { n: present(user).sessions })}</span>,
    },
    {
      name: "seen",
      head: say("admin.users.seen"),
      width: "minmax(104px, 0.7fr)",
      cell: (user) => <Seen user={user} now={now} />,
    },
    {
      name: "created",
      head: say("admin.users.created"),
      width: "minmax(128px, 0.7fr)",
      cell: ({ created_at }) => <Time at={new Date(created_at)}>{date(new Date(created_at), now)}</Time>,
    },
    {
      name: "act",
      head: say("admin.action"),
      quiet: true,
      width: "32px",
      place: "corner",
      cell: (user) => (
        <UserMenuButton user={present(user)} onChoose={(act) => onChoose(act, present(user))} />
      ),
    },
  ];
}

function Who({ user, done }: { user: User; done: Done | undefined }) {
  return (
    <div className={classes.who}>
      <Link to={`/admin/users/${user.id}`}>{user.name}</Link>
      <small>{user.email}</small>
      {done && (
        <p className={classes.result} role="status">
          {outcome(done)}
        </p>
      )}
    </div>
  );
}

export function UserState({ user }: { user: User }) {
  return (
    <State is={user.disabled_at ? "none" : "ok"}>
      {say(user.disabled_at ? "admin.users.is_disabled" : "admin.users.is_enabled")}
    </State>
  );
}

export function Seen({ user: { last_seen_at }, now }: { user: User; now: Date }) {
  if (!last_seen_at) return <span>{say("admin.users.never")}</span>;
  const at = new Date(last_seen_at);
  return <Time at={at}>{capital(ago(at, now))}</Time>;
}
