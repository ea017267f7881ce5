import { endedLately, events, keys, playOverseen, sessions, users } from "../../fixtures/overseen.ts";
import { answer, hold, refuse } from "../../fixtures/play.ts";
import {
  AllSessionsPage,
  AuditPage,
  DownstreamsPage,
  KeysPage,
  OverviewPage,
  UserPage,
  UsersPage,
} from "../admin.ts";
import type { Stop } from "./stop.ts";

const someone = users[8]?.id ?? "";
const disabled = users[4]?.id ?? "";
const name = users[8]?.name ?? "";

/** Every page and state of the administration, over what is played. */
export const admin: Stop[] = [
  {
    name: "admin-overview",
    main: true,
    async reach(page) {
      await playOverseen(page);
      await answer(page, "/admin/events", { events: endedLately, next: "" });
      await new OverviewPage(page).open({ window: "1h" });
      await new OverviewPage(page).drawing("Revocation delay").waitFor();
      await page.getByText("Ended by an administrator").first().waitFor();
    },
  },
  {
    name: "admin-overview-as-tables",
    async reach(page) {
      await playOverseen(page);
      await new OverviewPage(page).asTable("Sign-ins").click();
      await new OverviewPage(page).asTable("Requests and look-ups").click();
      await new OverviewPage(page).chart("Requests and look-ups").getByRole("table").waitFor();
    },
  },
  {
    name: "admin-overview-not-live",
    async reach(page) {
      await playOverseen(page);
      await refuse(page, "/admin/overview", { status: 503, code: "unavailable" });
      await page.getByText("Not live: as of").waitFor();
    },
  },
  {
    name: "admin-overview-loading",
    async reach(page) {
      for (const path of ["overview", "downstreams", "events"]) await hold(page, `/admin/${path}`);
      await new OverviewPage(page).open();
      await page.getByText("Loading the overview").waitFor();
    },
  },
  {
    name: "admin-overview-failed",
    async reach(page) {
      await refuse(page, "/admin/*", { status: 500, code: "internal" });
      await new OverviewPage(page).open();
      await page.getByRole("heading", { name: "The overview could not be loaded" }).waitFor();
      await page.getByRole("heading", { name: "The downstreams could not be loaded" }).waitFor();
    },
  },
  {
    name: "admin-overview-nothing",
    async reach(page) {
      await playOverseen(page);
      const at = new Date().toISOString();
      await answer(page, "/admin/overview", {
        ...{ now: at, users: 1, sessions: { browser: 1, client: 0 }, replicas: [{ name: "app-1:8080", at }] },
        ...{ step: 5, samples: [], ended: [] },
      });
      await answer(page, "/admin/downstreams", { downstreams: [] });
      await answer(page, "/admin/events", { events: [], next: "" });
      await new OverviewPage(page).open();
      await page.getByText("Nothing has been counted yet.").waitFor();
    },
  },
  {
    name: "admin-users",
    main: true,
    async reach(page) {
      await playOverseen(page);
      await new UsersPage(page).open();
      await new UsersPage(page).row(name).waitFor();
    },
  },
  {
    name: "admin-users-menu",
    async reach(page) {
      await playOverseen(page);
      await new UsersPage(page).acts(name).click();
      await page.getByRole("menuitem", { name: "Disable" }).waitFor();
    },
  },
  {
    name: "admin-users-question",
    over: true,
    async reach(page) {
      await playOverseen(page);
      await new UsersPage(page).open();
      await new UsersPage(page).choose(name, "Disable");
      await new UsersPage(page).question.waitFor();
    },
  },
  {
    name: "admin-users-last-one",
    over: true,
    async reach(page) {
      await playOverseen(page);
      await refuse(page, `/admin/users/${someone}`, { status: 409, code: "last_admin" });
      await new UsersPage(page).answer(/^Disable/).click();
      await page.getByText("This is the last administrator").waitFor();
    },
  },
  {
    name: "admin-users-disabled",
    async reach(page) {
      await playOverseen(page);
      const changed = { ...users[8], disabled_at: new Date().toISOString(), sessions: 0, last_seen_at: null };
      await answer(page, `/admin/users/${someone}`, { user: changed });
      const list = new UsersPage(page);
      await list.answer("Cancel").click();
      await list.choose(name, "Disable");
      await list.answer(/^Disable/).click();
      await page.getByText("Disabled just now.").waitFor();
    },
  },
  {
    name: "admin-users-loading",
    async reach(page) {
      await hold(page, "/admin/users");
      await new UsersPage(page).open();
      await page.getByText("Loading the users").waitFor();
    },
  },
  {
    name: "admin-users-failed",
    async reach(page) {
      await refuse(page, "/admin/users", { status: 500, code: "internal" });
      await new UsersPage(page).open();
      await page.getByRole("heading", { name: "The users could not be loaded" }).waitFor();
    },
  },
  {
    name: "admin-users-refused",
    async reach(page) {
      await refuse(page, "/admin/users", { status: 403, code: "forbidden" });
      await new UsersPage(page).open();
      await page.getByText("This is not for your role.").waitFor();
    },
  },
  {
    name: "admin-users-none",
    async reach(page) {
      await answer(page, "/admin/users", { users: [], next: "", total: 0, total_capped: false });
      await new UsersPage(page).open({ q: "nobody", role: "admin" });
      await new UsersPage(page).clear.waitFor();
    },
  },
  {
    name: "admin-user",
    main: true,
    async reach(page) {
      await playOverseen(page);
      await answer(page, "/admin/sessions", {
        sessions: sessions.slice(1, 4),
        next: "",
        total: 3,
        total_capped: false,
      });
      await answer(page, "/admin/events", { events: events.slice(0, 5), next: "" });
      await new UserPage(page).open(someone);
      await new UserPage(page).events.getByRole("listitem").first().waitFor();
      await new UserPage(page).sessions.getByRole("listitem").first().waitFor();
    },
  },
  {
    name: "admin-user-disabled",
    async reach(page) {
      await playOverseen(page);
      await answer(page, "/admin/sessions", { sessions: [], next: "", total: 0, total_capped: false });
      await answer(page, "/admin/events", { events: [], next: "" });
      await new UserPage(page).open(disabled);
      await page.getByText("No session is open.").waitFor();
      await page.getByText("Nothing has happened yet.").waitFor();
    },
  },
  {
    name: "admin-user-loading",
    async reach(page) {
      await hold(page, `/admin/users/${someone}`);
      await new UserPage(page).open(someone);
      await page.getByText("Loading this user").waitFor();
    },
  },
  {
    name: "admin-user-failed",
    async reach(page) {
      await refuse(page, `/admin/users/${someone}`, { status: 500, code: "internal" });
      await new UserPage(page).open(someone);
      await page.getByRole("heading", { name: "This user could not be loaded" }).waitFor();
    },
  },
  {
    name: "admin-user-none",
    async reach(page) {
      await refuse(page, `/admin/users/${someone}`, { status: 404, code: "not_found" });
      await new UserPage(page).open(someone);
      await page.getByRole("heading", { name: "There is no such user" }).waitFor();
    },
  },
  {
    name: "admin-sessions",
    main: true,
    async reach(page) {
      await playOverseen(page);
      await new AllSessionsPage(page).open();
      await new AllSessionsPage(page).row(name).waitFor();
    },
  },
  {
    name: "admin-sessions-chosen",
    async reach(page) {
      await playOverseen(page);
      for (const row of [1, 2, 4])
        await new AllSessionsPage(page).rows.nth(row).getByRole("checkbox").check();
    },
  },
  {
    name: "admin-sessions-question",
    over: true,
    async reach(page) {
      await playOverseen(page);
      await new AllSessionsPage(page).open({ q: "m", older_than: "1h" });
      await new AllSessionsPage(page).act("End all 11 that match but yours").click();
      await new AllSessionsPage(page).question.waitFor();
    },
  },
  {
    name: "admin-sessions-changed",
    over: true,
    async reach(page) {
      await playOverseen(page);
      await refuse(page, "/admin/sessions/end", {
        status: 409,
        code: "changed_meanwhile",
        more: { now: 31 },
      });
      await new AllSessionsPage(page).answer("End 11 sessions").click();
      await page.getByText("Now it would be 31 sessions.").waitFor();
    },
  },
  {
    name: "admin-sessions-ended",
    async reach(page) {
      await playOverseen(page);
      await answer(page, "/admin/sessions/end", { ended: 11 });
      await new AllSessionsPage(page).answer("End 31 sessions").click();
      await page.getByText("11 ended just now.").waitFor();
    },
  },
  {
    name: "admin-sessions-wrong-filter",
    async reach(page) {
      const more = { fields: [{ field: "ip", rule: "address", message: "" }] };
      await refuse(page, "/admin/sessions", { status: 422, code: "validation_failed", more });
      await new AllSessionsPage(page).open({ ip: "300.1.1.1" });
      await page.getByText("This is neither an address nor a network").waitFor();
    },
  },
  {
    name: "admin-sessions-loading",
    async reach(page) {
      await hold(page, "/admin/sessions");
      await new AllSessionsPage(page).open();
      await page.getByText("Loading the sessions").waitFor();
    },
  },
  {
    name: "admin-sessions-failed",
    async reach(page) {
      await refuse(page, "/admin/sessions", { status: 500, code: "internal" });
      await new AllSessionsPage(page).open();
      await page.getByRole("heading", { name: "The sessions could not be loaded" }).waitFor();
    },
  },
  {
    name: "admin-downstreams",
    main: true,
    async reach(page) {
      await playOverseen(page);
      await new DownstreamsPage(page).open();
      await new DownstreamsPage(page).downstream("orders").waitFor();
    },
  },
  {
    name: "admin-downstreams-none",
    async reach(page) {
      await answer(page, "/admin/downstreams", { downstreams: [] });
      await new DownstreamsPage(page).open();
      await page.getByText("No downstream is configured").waitFor();
    },
  },
  {
    name: "admin-downstreams-loading",
    async reach(page) {
      await hold(page, "/admin/downstreams");
      await new DownstreamsPage(page).open();
      await page.getByText("Loading the downstreams").waitFor();
    },
  },
  {
    name: "admin-downstreams-failed",
    async reach(page) {
      await refuse(page, "/admin/downstreams", { status: 500, code: "internal" });
      await new DownstreamsPage(page).open();
      await page.getByRole("heading", { name: "The downstreams could not be loaded" }).waitFor();
    },
  },
  {
    name: "admin-keys",
    main: true,
    async reach(page) {
      await playOverseen(page);
      await new KeysPage(page).open();
      await new KeysPage(page).inState("Signing").waitFor();
    },
  },
  {
    name: "admin-keys-compromised",
    over: true,
    async reach(page) {
      await playOverseen(page);
      await new KeysPage(page)
        .inState("Signing")
        .getByRole("button", { name: /^Revoke the key/ })
        .click();
      await new KeysPage(page).question.waitFor();
    },
  },
  {
    name: "admin-keys-question",
    over: true,
    async reach(page) {
      await playOverseen(page);
      await answer(page, "/admin/keys", { keys: keys.filter(({ state }) => state !== "next") });
      await new KeysPage(page).open();
      await new KeysPage(page).rotate.click();
      await new KeysPage(page).question.waitFor();
    },
  },
  {
    name: "admin-keys-rotated",
    async reach(page) {
      await playOverseen(page);
      await answer(page, "/admin/keys/rotate", { keys });
      await new KeysPage(page).answer("Rotate").click();
      await page.getByText("A new key is published.").waitFor();
    },
  },
  {
    name: "admin-keys-loading",
    async reach(page) {
      await hold(page, "/admin/keys");
      await new KeysPage(page).open();
      await page.getByText("Loading the keys").waitFor();
    },
  },
  {
    name: "admin-keys-failed",
    async reach(page) {
      await refuse(page, "/admin/keys", { status: 500, code: "internal" });
      await new KeysPage(page).open();
      await page.getByRole("heading", { name: "The keys could not be loaded" }).waitFor();
    },
  },
  {
    name: "admin-audit",
    main: true,
    async reach(page) {
      await playOverseen(page);
      await new AuditPage(page).open();
      await new AuditPage(page).row("Role changed").waitFor();
    },
  },
  {
    name: "admin-audit-details",
    over: true,
    async reach(page) {
      await playOverseen(page);
      await new AuditPage(page).open();
      await new AuditPage(page).rows
        .first()
        .getByRole("button", { name: /^More of/ })
        .click();
      await new AuditPage(page).details.waitFor();
    },
  },
  {
    name: "admin-audit-filtered",
    async reach(page) {
      await playOverseen(page);
      await new AuditPage(page).open({ user: someone, name: "session.*", from: "2026-01-01T00:00:00Z" });
      await new AuditPage(page).row("Role changed").waitFor();
    },
  },
  {
    name: "admin-audit-more-failed",
    async reach(page) {
      await refuse(page, "/admin/events", { status: 500, code: "internal" });
      await answer(page, "/admin/events", { events: events.slice(0, 3), next: "further" }, 1);
      await new AuditPage(page).open();
      await page.getByText("What comes next could not be loaded.").waitFor();
    },
  },
  {
    name: "admin-audit-none",
    async reach(page) {
      await answer(page, "/admin/events", { events: [], next: "" });
      await new AuditPage(page).open();
      await page.getByText("Each sign-in, and each change, stands here").waitFor();
    },
  },
  {
    name: "admin-audit-failed",
    async reach(page) {
      await refuse(page, "/admin/events", { status: 500, code: "internal" });
      await new AuditPage(page).open();
      await page.getByRole("heading", { name: "The audit log could not be loaded" }).waitFor();
    },
  },
];
