import { Button } from "@mantine/core";
import IconArrowLeft from "@tabler/icons-react/icons/IconArrowLeft";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { ApiError } from "vestibule-kit";
import { roleName } from "../../shared/format/event.ts";
import { date } from "../../shared/format/time.ts";
import { CopyId } from "../../shared/ui/CopyId.tsx";
import { type Fact, Facts } from "../../shared/ui/Facts.tsx";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { Icon } from "../../shared/ui/Icon.tsx";
import { Note } from "../../shared/ui/Note.tsx";
import { PageHead, Pending } from "../../shared/ui/Page.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import { ActDialog, actsOn, outcome } from "./ActDialog.tsx";
import { type Act, type Done, type User, useTheir, useUser } from "./api.ts";
import { Seen, UserState } from "./columns.tsx";
import { TheirEvents, TheirSessions } from "./Their.tsx";
import classes from "./users.module.css";

/** One person: who they are here, what they have open, what happened, and what can be done. */
export function UserPage() {
  const { id = "" } = useParams();
  const user = useUser(id);
  if (user.isPending) {
    return (
      <>
        <Back />
        <PageHead title={say("door.pages.admin_user")}>
          <Pending>{say("admin.users.pending")}</Pending>
        </PageHead>
        <div aria-hidden="true">
          <Facts facts={unknown()} />
        </div>
        <Hidden>{say("admin.users.loading_one")}</Hidden>
      </>
    );
  }
  if (user.error instanceof ApiError && user.error.status === 404) {
    return (
      <>
        <Back />
        <PageHead title={say("admin.users.no_such")}>{say("admin.users.no_such_text")}</PageHead>
      </>
    );
  }
  if (!user.data) {
    return (
      <>
        <Back />
        <PageHead title={say("door.pages.admin_user")} />
        <Failed title={say("admin.users.failed_one")} error={user.error} retry={() => void user.refetch()} />
      </>
    );
  }
  return (
    <>
      <Back />
      <Person user={user.data} />
      <Their id={id} />
    </>
  );
}

function Back() {
  return (
    <p className={classes.back}>
      <Link to="/admin/users">
        <Icon of={IconArrowLeft} />
        {say("admin.users.all")}
      </Link>
    </p>
  );
}

function Their({ id }: { id: string }) {
  const their = useTheir(id);
  return (
    <div className={classes.two}>
      <TheirSessions id={id} sessions={their.sessions} />
      <TheirEvents id={id} events={their.events} />
    </div>
  );
}

function Person({ user }: { user: User }) {
  const [asking, setAsking] = useState<Act | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  return (
    <>
      <PageHead title={user.name} action={<Acts user={user} onChoose={setAsking} />}>
        {user.email}
      </PageHead>
      {done && (
        <div className={classes.note}>
          <Note kind="ok" title={outcome(done)} />
        </div>
      )}
      <About user={user} />
      {asking && (
        <ActDialog
          act={asking}
          user={user}
          close={() => setAsking(null)}
          onDone={(one) => {
            setAsking(null);
            setDone(one);
          }}
        />
      )}
    </>
  );
}

function Acts({ user, onChoose }: { user: User; onChoose: (act: Act) => void }) {
  return (
    <div className={classes.acts}>
      {actsOn(user).map((act) => (
        <Button
          key={act}
          variant={act === "promote" || act === "enable" ? "default" : "danger"}
          disabled={act === "end" && user.sessions === 0}
          onClick={() => onChoose(act)}
          aria-haspopup="dialog"
        >
          {say(`admin.users.${act}.menu`)}
        </Button>
      ))}
    </div>
  );
}

const names = ["role", "state", "open", "seen", "created", "id"] as const;

function unknown(): Fact[] {
  return names.map((name) => ({
    name: say(`admin.users.${name}`),
    value: <Pending>{say("admin.users.pending")}</Pending>,
  }));
}

function About({ user }: { user: User }) {
  const now = useNow();
  const created = new Date(user.created_at);
  return (
    <Facts
      facts={[
        { name: say("admin.users.role"), value: roleName(user.role) },
        {
          name: say("admin.users.state"),
          value: <UserState user={user} />,
          more: user.disabled_at && say("admin.users.since", { date: date(new Date(user.disabled_at), now) }),
        },
        { name: say("admin.users.open"), value: say("admin.number", { n: user.sessions }) },
        { name: say("admin.users.seen"), value: <Seen user={user} now={now} /> },
        { name: say("admin.users.created"), value: <Time at={created}>{date(created, now)}</Time> },
        {
          name: say("admin.users.id"),
          value: <CopyId id={user.id} of={say("admin.users.id_of", { name: user.name })} />,
        },
      ]}
    />
  );
}
