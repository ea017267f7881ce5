import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderWithin } from "../../shared/test/render.tsx";
import { admin, json, problem, serve } from "../../shared/test/server.ts";
import { AuditPage } from "./AuditPage.tsx";
import type { Told } from "./api.ts";

const robin = { id: "018f2c4a-0000-7000-8000-000000000001", email: "robin@example.com", name: "Robin" };
const boss = { id: "018f2c4a-0000-7000-8000-000000000002", email: "admin@example.com", name: "Admin" };
const device = { browser: "Firefox", os: "Windows", type: "desktop" as const };

function told(id: string, over: Partial<Told> = {}): Told {
  return {
    id,
    at: "2026-11-24T14:02:11.408321Z",
    name: "session.ended",
    actor: boss,
    user: robin,
    sid: "0d6c3f0e-0000-7000-8000-0000000041fe",
    ip: "203.0.113.7",
    device,
    request_id: "r-77",
    detail: { reason: "ended_by_admin", device },
    ...over,
  };
}

const list = (events: Told[], next = "") => json({ events, next });
const noFormat = problem(422, "validation_failed", {
  fields: [{ field: "format", rule: "required", message: "Which?" }],
});
const followed: string[] = [];

beforeEach(() => {
  followed.length = 0;
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    followed.push(new URL(this.href).pathname + new URL(this.href).search);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function open(answers: Parameters<typeof serve>[0], address = "/admin/audit") {
  const asked = serve({ "GET /auth/session": json(admin()), ...answers });
  renderWithin("/admin/audit", address, <AuditPage />);
  return { asked, events: userEvent.setup() };
}

const row = async (text: string) =>
  (await screen.findByText(text, { selector: "td span" })).closest("tr") as HTMLElement;

test("a line tells when to the millisecond in UTC, what, who, whom, and from where", async () => {
  open({ "GET /admin/events": list([told("1")]) });
  const line = await row("Session of Firefox on Windows ended");
  expect(within(line).getByText("2026-11-24 14:02:11.408").getAttribute("datetime")).toBe(
    "2026-11-24T14:02:11.408321Z",
  );
  expect(line.textContent).toContain("session.ended · Ended by an administrator");
  expect(within(line).getByRole("link", { name: "admin@example.com" })).toBeTruthy();
  expect(within(line).getByRole("link", { name: "robin@example.com" }).getAttribute("href")).toBe(
    `/admin/users/${robin.id}`,
  );
  expect(screen.getByText("1 event")).toBeTruthy();
});

test("who did something to themselves, and whose account is gone, is said so", async () => {
  open({
    "GET /admin/events": list([
      told("1", { name: "password.changed", actor: robin, detail: {} }),
      told("2", {
        name: "sign_in.failed",
        actor: null,
        user: { id: boss.id, email: "", name: "" },
        detail: {},
      }),
      told("3", { name: "key.created", actor: null, user: null, ip: "", detail: {} }),
    ]),
  });
  expect((await row("Password changed")).textContent).toContain("Themselves");
  const failed = await row("Sign-in failed");
  expect(failed.textContent).toContain("Not signed in");
  expect(
    within(failed).getByRole("button", { name: /Copy the identifier of somebody whose account is gone$/ }),
  ).toBeTruthy();
  expect((await row("Signing key made")).textContent).toContain("The system");
});

test("what is wrong with a filter is said at its field, and nowhere else", async () => {
  const wrong = problem(422, "validation_failed", {
    fields: [{ field: "ip", rule: "address", message: "No." }],
  });
  open(
    { "GET /admin/events": wrong },
    "/admin/audit?ip=nowhere&from=2026-11-24T15:00:00Z&to=2026-11-24T14:00:00Z",
  );
  await screen.findByText("This is neither an address nor a network such as 192.0.2.0/24.");
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  const from = screen.getByLabelText("From, UTC");
  expect(from.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("This is not before “To”.")).toBeTruthy();
});

test("moments in the wrong order are said at the field, and not as a search that found nothing", async () => {
  const { asked } = open(
    { "GET /admin/events": list([]) },
    "/admin/audit?from=2026-11-24T15:00:00Z&to=2026-11-24T14:00:00Z",
  );
  expect(await screen.findByText("This is not before “To”.")).toBeTruthy();
  await waitFor(() => expect(screen.getByText("0 events")).toBeTruthy());
  expect(screen.queryByText("Nothing matches these filters")).toBeNull();
  expect(asked.some(({ path }) => path === "/admin/events")).toBe(true);
});

test("all filters go along and stand in the address; those of a link can be taken away", async () => {
  const { asked, events } = open(
    { "GET /admin/events": list([told("1")]) },
    `/admin/audit?user=${robin.id}&ip=203.0.113.0/24&from=2026-11-24T14:00:00Z`,
  );
  await row("Session of Firefox on Windows ended");
  await events.selectOptions(screen.getByRole("combobox", { name: "Event" }), "session.*");
  await waitFor(() =>
    expect(new URLSearchParams(asked.at(-1)?.query).toString()).toBe(
      `name=session.*&user=${robin.id}&ip=203.0.113.0%2F24&from=2026-11-24T14%3A00%3A00Z&limit=200`,
    ),
  );
  expect(screen.getByLabelText<HTMLInputElement>("From, UTC").value).toBe("2026-11-24T14:00");
  await events.click(screen.getByRole("button", { name: "Without the filter “Of robin@example.com”" }));
  await waitFor(() => expect(asked.at(-1)?.query).not.toContain("user="));
});

test("every event that the page has words for can be asked for by them", async () => {
  open({ "GET /admin/events": list([]) });
  const options = within(await screen.findByRole("combobox", { name: "Event" })).getAllByRole("option");
  const names = options.map((option) => option.textContent ?? "");
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => /^[a-z_]+\.[a-z_]+$/.test(name))).toEqual([]);
  expect(names).toContain("A client approved");
});

test("more of an event shows all that is known of it, and leads to others like it", async () => {
  const { events, asked } = open({
    "GET /admin/events": list([told("1", { detail: { reason: "reuse", n: 3 } })]),
  });
  await events.click(await screen.findByRole("button", { name: /^More of: Session ended/ }));
  const dialog = screen.getByRole("dialog", { name: "Session ended" });
  expect(dialog.textContent).toContain("r-77");
  expect(dialog.textContent).toContain('"n": 3');
  await events.click(within(dialog).getByRole("link", { name: "Of the same session" }));
  await waitFor(() => expect(asked.at(-1)?.query).toContain("sid=0d6c3f0e"));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("an export is asked for without a format first, so that a proof is given, and then downloaded", async () => {
  const { asked, events } = open(
    {
      "GET /admin/events": list([told("1")]),
      "GET /admin/events/export": [problem(401, "step_up_required", { max_age: 600 }), noFormat],
      "POST /auth/step-up": json({}, 200),
    },
    "/admin/audit?name=session.*",
  );
  await events.click(await screen.findByRole("button", { name: /^Export as CSV/ }));
  const proof = await screen.findByRole("dialog", { name: "Confirm that it is you" });
  expect(followed).toEqual([]);
  await events.type(within(proof).getByLabelText("Password"), "correct horse battery staple");
  await events.click(within(proof).getByRole("button", { name: /^Confirm/ }));
  expect(await screen.findByText("The download has begun.")).toBeTruthy();
  expect(followed).toEqual(["/admin/events/export?name=session.*&format=csv"]);
  expect(asked.filter(({ path }) => path === "/admin/events/export").map(({ query }) => query)).toEqual([
    "name=session.*",
    "name=session.*",
  ]);
});

test("an export that the server refuses is not downloaded, and that is said", async () => {
  const { events } = open({
    "GET /admin/events": list([told("1")]),
    "GET /admin/events/export": problem(403, "forbidden"),
  });
  await events.click(await screen.findByRole("button", { name: /^Export as JSON lines/ }));
  expect((await screen.findByRole("alert")).textContent).toContain("This is not for your role.");
  expect(followed).toEqual([]);
});
