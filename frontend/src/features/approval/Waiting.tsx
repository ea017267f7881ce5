import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Facts } from "../../shared/ui/Facts.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { Pending } from "../../shared/ui/Page.tsx";
import classes from "./approval.module.css";
import { authorizeWarning, codeLead, codeTitle, whyPassword } from "./words.ts";

const guessed = [
  ["Client", "a-client", "Any program can use this name."],
  ["May use", "this, and that", "As you, with your rights."],
  [
    "Until",
    "1 January 2027",
    "90 days at most, 14 days without use. You can end it at any time, under Devices.",
  ],
  ["Asked from", "This on that", "This browser, at 203.0.113.255"],
] as const;

/** The page before one knows what is asked: the names of the facts are known, and about how long they are. */
export function AuthorizeWaiting() {
  const facts = guessed.map(([name, value, more]) => ({
    name,
    value: name === "May use" ? <div className={classes.downstreams}>{pending(value)}</div> : pending(value),
    more: pending(more),
  }));
  return (
    <Waiting title="Approve a client" lead={authorizeWarning}>
      <Facts
        within
        facts={[...facts, { name: "Sent back to", value: <Pending>An app on this computer</Pending> }]}
      />
      <div className={classes.waiting}>
        <div>
          <Pending>Password</Pending>
          <small>
            <Pending>{whyPassword}</Pending>
          </small>
          <Skeleton className={classes.field ?? ""} />
        </div>
        <div className={classes.answers}>
          <Skeleton className={classes.field ?? ""} />
          <Skeleton className={classes.field ?? ""} />
        </div>
      </div>
    </Waiting>
  );
}

function pending(text: string): ReactNode {
  return <Pending>{text}</Pending>;
}

export function DeviceWaiting() {
  const [search] = useSearchParams();
  return (
    <Waiting title={codeTitle} lead={codeLead(search.has("user_code"))}>
      <div className={classes.waiting}>
        <div>
          <Pending>Code</Pending>
          <Skeleton className={classes.codeField ?? ""} />
        </div>
        <Skeleton className={classes.field ?? ""} />
      </div>
    </Waiting>
  );
}

function Waiting({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <Doorway
      tall
      title={title}
      subtitle={<Pending>{lead}</Pending>}
      footer={
        <p className={classes.who}>
          <span>
            <Pending>Signed in as somebody</Pending>
          </span>
          <span>
            <Pending>somebody@example.com</Pending>
          </span>
          <span>
            <Pending>Not you? Sign in as someone else</Pending>
          </span>
        </p>
      }
    >
      {children}
      <Hidden>Loading</Hidden>
    </Doorway>
  );
}
