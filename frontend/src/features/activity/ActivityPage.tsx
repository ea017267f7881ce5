import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { AuditEvent } from "../../shared/format/event.ts";
import { ActionButton } from "../../shared/ui/ActionButton.tsx";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { intoView } from "../../shared/ui/intoView.ts";
import { Foot, PageHead } from "../../shared/ui/Page.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import classes from "./activity.module.css";
import { type Filter, filters, useActivity } from "./api.ts";
import { EventRow } from "./EventRow.tsx";

/** What happened to one's account, in words. The filter is in the address. */
export function ActivityPage() {
  const [search, setSearch] = useSearchParams();
  const filter = filterIn(search);
  return (
    <>
      <PageHead title={say("door.pages.activity")}>{say("account.activity.about")}</PageHead>
      <nav className={classes.filters} aria-label={say("account.activity.filter")}>
        {(Object.keys(filters) as Filter[]).map((name) => (
          <Button
            key={name}
            variant="subtle"
            ref={intoView}
            aria-current={name === filter ? "true" : undefined}
            className={name === filter ? (classes.chosen ?? "") : ""}
            onClick={() => setSearch(name === "all" ? {} : { about: name }, { replace: true })}
          >
            {say(`account.activity.${name}`)}
          </Button>
        ))}
      </nav>
      <Events key={filter} filter={filter} />
    </>
  );
}

function filterIn(search: URLSearchParams): Filter {
  const asked = search.get("about") ?? "";
  return asked in filters ? (asked as Filter) : "all";
}

function Events({ filter }: { filter: Filter }) {
  const activity = useActivity(filter);
  const now = useNow();
  const [asked, setAsked] = useState(-1);
  if (activity.isPending) return <ListSkeleton />;
  if (!activity.data) {
    return (
      <Failed
        title={say("account.activity.failed")}
        error={activity.error}
        retry={() => void activity.refetch()}
      />
    );
  }
  const events = activity.data.pages.flatMap((page) => page.events);
  if (events.length === 0) return <Panel padded>{say("account.activity.none")}</Panel>;
  return (
    <>
      <Panel>
        <ol className={classes.events} aria-label={say("door.pages.activity")}>
          {events.map((event, n) => (
            <EventRow key={event.id} event={event} now={now} asked={n === asked} />
          ))}
        </ol>
      </Panel>
      <Foot way={activity.hasNextPage && <More activity={activity} onMore={() => setAsked(events.length)} />}>
        {kept(events)}
      </Foot>
    </>
  );
}

function More({ activity, onMore }: { activity: ReturnType<typeof useActivity>; onMore: () => void }) {
  return (
    <>
      {activity.isFetchNextPageError && <p role="alert">{say("account.activity.more_failed")}</p>}
      <ActionButton
        busy={activity.isFetchingNextPage}
        busyLabel={say("account.activity.more_loading")}
        onClick={() => {
          onMore();
          void activity.fetchNextPage();
        }}
      >
        {say("account.activity.more")}
      </ActionButton>
    </>
  );
}

/** Nobody can take a line out of it: worth saying where something in it is alarming. */
function kept(events: AuditEvent[]) {
  const alarming = events.some(({ name }) => name.endsWith(".reused") || name === "sign_in.failed");
  return alarming
    ? say.rich("account.activity.not_you", { link: (text) => <Link to="/security">{text}</Link> })
    : say("account.activity.times");
}

const guessed = ["one", "another", "a third", "a fourth", "a fifth"];

function ListSkeleton() {
  return (
    <Panel>
      <div className={classes.events}>
        {guessed.map((row) => (
          <div className={classes.skeleton} key={row}>
            <Skeleton width={104} height={14} />
            <div>
              <Skeleton width={176} height={14} />
              <Skeleton width={224} height={12} mt={6} />
            </div>
          </div>
        ))}
      </div>
      <Hidden>{say("account.activity.loading")}</Hidden>
    </Panel>
  );
}
