import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { why } from "../../shared/admin/why.ts";
import { deviceName } from "../../shared/format/device.ts";
import { whatHappened } from "../../shared/format/event.ts";
import { utc } from "../../shared/format/utc.ts";
import { CopyId } from "../../shared/ui/CopyId.tsx";
import { Dialog, DialogEnd } from "../../shared/ui/Dialog.tsx";
import { say } from "../../shared/words/words.ts";
import type { Told } from "./api.ts";
import classes from "./audit.module.css";
import { withoutActor } from "./columns.tsx";

/** All that is known of one event, and the ways to others like it. */
export function EventDialog({ event, close }: { event: Told; close: () => void }) {
  const { at, name, actor, user, sid, ip, device, request_id, detail } = event;
  const facts: [string, ReactNode][] = [
    [say("admin.audit.at"), utc(new Date(at))],
    [say("admin.audit.name"), <code key="name">{name}</code>],
    [say("admin.audit.why"), why(event)],
    [say("admin.audit.actor"), actor ? actor.email || actor.id : withoutActor(event)],
    [say("admin.audit.user"), user && (user.email || user.id)],
    [say("admin.audit.session"), sid && <CopyId key="sid" id={sid} of={say("admin.audit.sid_of")} />],
    [say("admin.audit.where"), ip && `${ip} · ${deviceName(device)}`],
    [say("admin.audit.request"), request_id && <code key="request">{request_id}</code>],
  ];
  return (
    <Dialog title={whatHappened(event)} close={close}>
      <dl className={classes.facts}>
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} style={{ display: "contents" }}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        {Object.keys(detail).length > 0 && (
          <>
            <dt>{say("admin.audit.detail")}</dt>
            <dd>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard */}
              <pre className={classes.detail} tabIndex={0}>
                <code>{JSON.stringify(detail, null, 2)}</code>
              </pre>
            </dd>
          </>
        )}
        <dt>{say("admin.audit.alike")}</dt>
        <dd>
          <Alike event={event} close={close} />
        </dd>
      </dl>
      <DialogEnd>
        <Button onClick={close} data-autofocus>
          {say("admin.close")}
        </Button>
      </DialogEnd>
    </Dialog>
  );
}

function Alike({ event: { name, actor, user, sid, ip }, close }: { event: Told; close: () => void }) {
  const ways: [string, string][] = [[`name=${name}`, say("admin.audit.same_name")]];
  if (user) ways.push([`user=${user.id}`, say("admin.audit.same_user")]);
  if (actor) ways.push([`actor=${actor.id}`, say("admin.audit.same_actor")]);
  if (sid) ways.push([`sid=${sid}`, say("admin.audit.same_session")]);
  if (ip) ways.push([`ip=${encodeURIComponent(ip)}`, say("admin.audit.same_ip")]);
  return (
    <ul>
      {ways.map(([query, label]) => (
        <li key={query}>
          <Link to={`/admin/audit?${query}`} onClick={close}>
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
