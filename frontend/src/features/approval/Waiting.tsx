import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { date, limit } from "../../shared/format/time.ts";
import { day } from "../../shared/format/units.ts";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { type Fact, Facts } from "../../shared/ui/Facts.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { Pending } from "../../shared/ui/Page.tsx";
import { say } from "../../shared/words/words.ts";
import classes from "./approval.module.css";

/** The page before one knows what is asked: the names of the facts are known, and about how long they are. */
export function AuthorizeWaiting() {
  return (
    <Waiting title={say("door.pages.authorize")} lead={say("door.asked.warning")}>
      <Facts within facts={guessed(new Date())} />
      <div className={classes.waiting}>
        <div>
          <Pending>{say("shared.password.label")}</Pending>
          <small>
            <Pending>{say("door.asked.why_password")}</Pending>
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

function guessed(now: Date): Fact[] {
  const longest = 90 * day;
  const limits = say("door.asked.limits", { life: limit(longest), idle: limit(14 * day) });
  return [
    {
      name: say("door.asked.client"),
      value: pending("a-client"),
      more: pending(say("door.asked.any_program")),
    },
    {
      name: say("door.asked.may_use"),
      value: <div className={classes.downstreams}>{pending("this, and that")}</div>,
      more: pending(say("door.asked.as_you")),
    },
    {
      name: say("door.asked.until"),
      value: pending(date(new Date(now.getTime() + longest), now)),
      more: pending(limits),
    },
    {
      name: say("door.asked.from"),
      value: pending(say("shared.device.at", { what: "This", where: "that" })),
      more: pending(say("door.asked.this_browser", { ip: "203.0.113.255" })),
    },
    { name: say("door.asked.back"), value: pending(say("door.asked.app_here")) },
  ];
}

function pending(text: string): ReactNode {
  return <Pending>{text}</Pending>;
}

export function DeviceWaiting() {
  const [search] = useSearchParams();
  return (
    <Waiting
      title={say("door.pages.device")}
      lead={say(search.has("user_code") ? "door.asked.compare" : "door.asked.enter")}
    >
      <div className={classes.waiting}>
        <div>
          <Pending>{say("door.asked.code")}</Pending>
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
            <Pending>
              {say.markup("door.asked.signed_in_as", { name: "somebody", b: (text) => text })}
            </Pending>
          </span>
          <span>
            <Pending>somebody@example.com</Pending>
          </span>
          <span>
            <Pending>{say.markup("door.asked.not_you", { link: (text) => text })}</Pending>
          </span>
        </p>
      }
    >
      {children}
      <Hidden>{say("shared.loading")}</Hidden>
    </Doorway>
  );
}
