import type { ReactNode } from "react";
import { type Downstream, failing, useDownstreams } from "../../shared/admin/downstreams.ts";
import { HealthState } from "../../shared/admin/HealthState.tsx";
import { roleName } from "../../shared/format/event.ts";
import { names } from "../../shared/format/list.ts";
import { bytes, count, percent, took } from "../../shared/format/measure.ts";
import { limit } from "../../shared/format/time.ts";
import { type Fact, Facts } from "../../shared/ui/Facts.tsx";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Hidden } from "../../shared/ui/Hidden.tsx";
import { PageHead, Pending } from "../../shared/ui/Page.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { say } from "../../shared/words/words.ts";
import classes from "./downstreams.module.css";

/** The services behind: how each does, and what it is sent. */
export function DownstreamsPage() {
  const downstreams = useDownstreams();
  const replica = downstreams.data?.[0]?.replica;
  return (
    <>
      <PageHead title={say("door.pages.admin_downstreams")}>
        {replica ? say("admin.downstreams.about_of", { replica }) : say("admin.downstreams.about")}
      </PageHead>
      {downstreams.data ? (
        <List of={downstreams.data} />
      ) : downstreams.isPending ? (
        <Waiting />
      ) : (
        <Failed
          title={say("admin.downstreams.failed")}
          error={downstreams.error}
          retry={() => void downstreams.refetch()}
        />
      )}
    </>
  );
}

/** One of them, as long as none is known. */
function Waiting() {
  const pending = <Pending>{say("admin.downstreams.requests")}</Pending>;
  const facts = ["address", "audience", "claims", "roles", "proof", "waits"] as const;
  return (
    <>
      <div className={classes.one} aria-hidden="true">
        <header>
          <h2>{pending}</h2>
        </header>
        <Figures of={{ p50: pending, p99: pending, requests: pending, errors: pending, open: pending }} />
        <Facts facts={facts.map((name) => ({ name: say(`admin.downstreams.${name}`), value: pending }))} />
      </div>
      <Hidden>{say("admin.downstreams.loading")}</Hidden>
    </>
  );
}

function List({ of: downstreams }: { of: Downstream[] }) {
  if (downstreams.length === 0) {
    return (
      <Panel padded>
        <h2>{say("admin.downstreams.none")}</h2>
        <p className={classes.quiet}>{say("admin.downstreams.none_text")}</p>
      </Panel>
    );
  }
  return downstreams.map((one) => <One key={one.name} downstream={one} />);
}

function One({ downstream }: { downstream: Downstream }) {
  const { name, url, health } = downstream;
  return (
    <section className={classes.one} aria-label={name}>
      <header>
        <h2>{name}</h2>
        <code>{url}</code>
        <HealthState health={health} />
      </header>
      <Figures of={figuresOf(downstream)} />
      {health.last_error && (
        <p className={classes.error}>
          {say("admin.downstreams.last_error")} <code>{health.last_error}</code>
        </p>
      )}
      <Facts facts={[...sent(downstream), ...allowed(downstream)]} />
    </section>
  );
}

const figures = ["p50", "p99", "requests", "errors", "open"] as const;

/** How it did lately. */
function Figures({ of: values }: { of: Record<(typeof figures)[number], ReactNode> }) {
  return (
    <dl className={classes.figures}>
      {figures.map((name) => (
        <div key={name}>
          <dt>{say(`admin.downstreams.${name}`)}</dt>
          <dd>{values[name]}</dd>
        </div>
      ))}
    </dl>
  );
}

function figuresOf({ health, open }: Downstream) {
  return {
    p50: took(health.p50_ms),
    p99: took(health.p99_ms),
    requests: count(health.requests),
    errors: percent(failing(health)),
    open: count(open),
  };
}

/** What goes along to it: the token, whose it is for, and what is in it. */
function sent({ name, audience, claims }: Downstream): Fact[] {
  return [
    { name: say("admin.downstreams.address"), value: <code>/api/{name}/</code> },
    { name: say("admin.downstreams.audience"), value: <code>{audience}</code> },
    {
      name: say("admin.downstreams.claims"),
      value: <Codes of={claims} />,
    },
  ];
}

function Codes({ of: all }: { of: string[] }) {
  return (
    <span className={classes.claims}>
      {all.map((one) => (
        <code key={one}>{one}</code>
      ))}
    </span>
  );
}

/** "30 s", "5 minutes" */
function wait(milliseconds: number): string {
  return milliseconds >= 60_000 ? limit(milliseconds) : took(milliseconds);
}

/** Who may ask it for what, and for how long one waits. */
function allowed(downstream: Downstream): Fact[] {
  const { roles, step_up_max_age, methods, paths, passive, redirects } = downstream;
  const facts: Fact[] = [
    {
      name: say("admin.downstreams.roles"),
      value: roles.length > 0 ? names(roles.map(roleName), 12) : say("admin.downstreams.everyone"),
    },
    {
      name: say("admin.downstreams.proof"),
      value: step_up_max_age
        ? say("admin.downstreams.proof_within", { length: limit(step_up_max_age * 1_000) })
        : say("admin.downstreams.proof_any"),
    },
    {
      name: say("admin.downstreams.waits"),
      value: say("admin.downstreams.waits_text", {
        header: wait(downstream.header_timeout_ms),
        idle: wait(downstream.idle_timeout_ms),
        body: bytes(downstream.max_body),
      }),
    },
  ];
  if (methods.length > 0)
    facts.push({ name: say("admin.downstreams.methods"), value: <Codes of={methods} /> });
  if (paths.length > 0) facts.push({ name: say("admin.downstreams.paths"), value: <Codes of={paths} /> });
  if (passive.length > 0)
    facts.push({ name: say("admin.downstreams.passive"), value: <Codes of={passive} /> });
  if (redirects.length > 0)
    facts.push({ name: say("admin.downstreams.redirects"), value: <Codes of={redirects} /> });
  return facts;
}
