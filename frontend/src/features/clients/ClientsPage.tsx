import { Button, Skeleton } from "@mantine/core";
import IconTerminal2 from "@tabler/icons-react/icons/IconTerminal2";
import { useState } from "react";
import { Link } from "react-router";
import { deviceName } from "../../shared/format/device.ts";
import { endsByItself } from "../../shared/format/limits.ts";
import { ago, since } from "../../shared/format/time.ts";
import { Failed } from "../../shared/ui/Failed.tsx";
import { FormFault } from "../../shared/ui/FormFault.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { Icon } from "../../shared/ui/Icon.tsx";
import { Note } from "../../shared/ui/Note.tsx";
import { Foot, PageHead } from "../../shared/ui/Page.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { Question } from "../../shared/ui/Question.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import { type Client, type ClientSession, useClients, useTakeBack } from "./api.ts";
import classes from "./clients.module.css";

/** The programs that act in one's name, each with its approvals, and the way to take them back. */
export function ClientsPage() {
  const [gone, setGone] = useState<Client | null>(null);
  return (
    <>
      <PageHead title={say("door.pages.clients")}>{say("account.clients.about")}</PageHead>
      {gone && (
        <Note kind="ok" title={say("account.clients.taken_back", { name: gone.name })}>
          {say("account.clients.taken_back_text")}
        </Note>
      )}
      <Clients onGone={setGone} />
      <Foot way={<Link to="/device">{say("account.sessions.connect")}</Link>}>
        {say("account.clients.foot")}
      </Foot>
    </>
  );
}

function Clients({ onGone }: { onGone: (client: Client) => void }) {
  const clients = useClients();
  const now = useNow();
  if (clients.isPending) return <ListSkeleton />;
  if (!clients.data) {
    return (
      <Failed
        title={say("account.clients.failed")}
        error={clients.error}
        retry={() => void clients.refetch()}
      />
    );
  }
  if (clients.data.length === 0) return <Panel padded>{say("account.clients.none")}</Panel>;
  return (
    <Panel>
      <ul className={classes.clients} aria-label={say("door.pages.clients")}>
        {clients.data.map((client) => (
          <ClientRow key={client.id} client={client} now={now} onGone={() => onGone(client)} />
        ))}
      </ul>
    </Panel>
  );
}

function ClientRow({ client, now, onGone }: { client: Client; now: Date; onGone: () => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <li>
      <span className={classes.tile}>
        <Icon of={IconTerminal2} />
      </span>
      <div className={classes.what}>
        <h2>{client.name}</h2>
        <code>{client.id}</code>
        <ul>
          {client.sessions.map((session) => (
            <Approval key={session.sid} session={session} now={now} />
          ))}
        </ul>
      </div>
      <Button
        variant="danger"
        aria-haspopup="dialog"
        aria-label={say("account.clients.take_back_of", { name: client.name })}
        onClick={() => setAsking(true)}
      >
        {say("account.clients.take_back")}
      </Button>
      {asking && <TakeBack client={client} close={() => setAsking(false)} onGone={onGone} />}
    </li>
  );
}

function Approval({ session, now }: { session: ClientSession; now: Date }) {
  const created = new Date(session.created_at);
  const ends = endsByItself(session, now);
  return (
    <li>
      {say.rich("account.clients.approved", {
        device: deviceName(session.device, session),
        since: since(created, now),
        seen: ago(new Date(session.last_seen_at), now),
        ends: ends.when,
        time: (text) => <Time at={created}>{text}</Time>,
      })}
      <small>{[session.ip, ends.latest].join(" · ")}</small>
    </li>
  );
}

function TakeBack({ client, close, onGone }: { client: Client; close: () => void; onGone: () => void }) {
  const takeBack = useTakeBack();
  return (
    <Question
      title={say("account.clients.question", { name: client.name })}
      text={say("account.clients.question_text", { n: client.sessions.length })}
      keep={say("account.clients.keep")}
      act={say("account.clients.take_back_all", { n: client.sessions.length })}
      acting={say("shared.act.ending")}
      busy={takeBack.isPending}
      close={close}
      onYes={() => takeBack.mutate(client, { onSuccess: onGone })}
    >
      <FormFault error={takeBack.error} />
    </Question>
  );
}

function ListSkeleton() {
  return (
    <Panel>
      <div className={classes.clients}>
        {["one", "another"].map((row) => (
          <div className={classes.skeleton} key={row}>
            <Skeleton width={32} height={32} />
            <div>
              <Skeleton width={144} height={14} />
              <Skeleton width={264} height={12} mt={8} />
            </div>
            <Skeleton width={96} height="var(--control)" />
          </div>
        ))}
      </div>
      <Hidden>{say("account.clients.loading")}</Hidden>
    </Panel>
  );
}
