import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import IconDeviceDesktop from "@tabler/icons-react/icons/IconDeviceDesktop";
import IconKey from "@tabler/icons-react/icons/IconKey";
import IconLogin2 from "@tabler/icons-react/icons/IconLogin2";
import IconLogout from "@tabler/icons-react/icons/IconLogout";
import IconShieldCheck from "@tabler/icons-react/icons/IconShieldCheck";
import IconTerminal2 from "@tabler/icons-react/icons/IconTerminal2";
import IconUser from "@tabler/icons-react/icons/IconUser";
import { deviceName } from "../../shared/format/device.ts";
import { type AuditEvent, whatHappened, whyItHappened } from "../../shared/format/event.ts";
import { isAlarming } from "../../shared/format/reason.ts";
import { capital, moment } from "../../shared/format/time.ts";
import { Icon } from "../../shared/ui/Icon.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import classes from "./activity.module.css";

const icons: Record<string, typeof IconUser> = {
  user: IconUser,
  role: IconUser,
  password: IconKey,
  step_up: IconShieldCheck,
  sign_in: IconAlertTriangle,
  approval: IconTerminal2,
  authorization_code: IconAlertTriangle,
  refresh_token: IconAlertTriangle,
};

export function EventRow({
  event,
  now,
  asked,
}: {
  event: AuditEvent;
  now: Date;
  /** It is the first of those that were asked for. */
  asked: boolean;
}) {
  const at = new Date(event.at);
  return (
    <li
      data-alarming={alarming(event) || undefined}
      ref={asked ? takeFocus : undefined}
      tabIndex={asked ? -1 : undefined}
    >
      <Time at={at}>{capital(moment(at, now))}</Time>
      <Icon of={iconOf(event)} className={classes.icon} />
      <div>
        <span className={classes.what}>{whatHappened(event)}</span>
        <small>{about(event)}</small>
      </div>
    </li>
  );
}

/** The button that asked for it is gone where there is no more: its focus comes here. */
function takeFocus(row: HTMLLIElement | null): void {
  if (document.activeElement === document.body) row?.focus();
}

/** Why, and from where: "Wrong password · Firefox on Windows", "Ended by you. Firefox on Windows". */
function about(event: AuditEvent): string {
  const why = whyItHappened(event);
  return [why, from(event)].filter(Boolean).join(/[.。]$/.test(why) ? " " : " · ");
}

function iconOf({ name, detail }: AuditEvent): typeof IconUser {
  if (name === "session.ended") return IconLogout;
  if (name === "session.created") return detail.client_id ? IconTerminal2 : IconLogin2;
  return icons[name.split(".")[0] ?? ""] ?? IconDeviceDesktop;
}

function alarming({ name, detail }: AuditEvent): boolean {
  return name.endsWith(".reused") || name === "sign_in.limited" || isAlarming(detail.reason ?? "");
}

/** With what, and from where; an operator at the terminal has neither. */
function from({ device, ip }: AuditEvent): string {
  const known = device.browser || device.os ? deviceName(device) : "";
  return [known, ip].filter(Boolean).join(" · ");
}
