import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderWithin } from "../../shared/test/render.tsx";
import { admin, json, problem, serve } from "../../shared/test/server.ts";
import { UserPage } from "./UserPage.tsx";

const at = "2026-11-24T14:02:00Z";
const robin = {
  id: "018f2c4a-0000-7000-8000-0000000041fe",
  email: "robin@example.com",
  name: "Robin Tester",
  role: "user",
  disabled_at: null,
  created_at: at,
  last_seen_at: at,
  sessions: 1,
};
const session = {
  sid: "s1",
  device: { browser: "Firefox", os: "Windows", type: "desktop" },
  ip: "198.51.100.7",
  created_at: at,
  last_seen_at: at,
};
const path = `/admin/users/${robin.id}`;

function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve({ "GET /auth/session": json(admin()), ...answers });
  renderWithin("/admin/users/:id", path, <UserPage />);
  return { asked, events: userEvent.setup() };
}

test("shows someone with what they have open and what happened, and leads to all of it", async () => {
  const { asked } = open({
    [`GET ${path}`]: json({ user: robin }),
    "GET /admin/sessions": json({ sessions: [session], total: 1, next: "" }),
    "GET /admin/events": json({ events: [{ id: "1", at, name: "password.changed", detail: {} }], next: "" }),
  });
  expect(await screen.findByRole("heading", { name: "Robin Tester", level: 1 })).toBeTruthy();
  const sessions = await screen.findByRole("region", { name: "Newest sessions" });
  expect((await within(sessions).findByText("Firefox on Windows")).textContent).toBeTruthy();
  expect(within(sessions).getByRole("link").getAttribute("href")).toBe(`/admin/sessions?user=${robin.id}`);
  const events = screen.getByRole("region", { name: "Latest events" });
  expect((await within(events).findByText("Password changed")).textContent).toBeTruthy();
  expect(within(events).getByRole("link").getAttribute("href")).toBe(`/admin/audit?user=${robin.id}`);
  const searches = asked.filter(({ path }) => /sessions|events/.test(path)).map(({ query }) => query);
  expect(searches).toEqual([`user=${robin.id}&limit=5`, `user=${robin.id}&limit=5`]);
});

test("for someone who is not there the page says so, and leads to those who are", async () => {
  open({ [`GET ${path}`]: problem(404, "not_found") });
  expect(await screen.findByRole("heading", { name: "There is no such user" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  expect(screen.getByRole("link", { name: "All users" }).getAttribute("href")).toBe("/admin/users");
});

test("an act says what it did where one looks, and the page shows what has become of them", async () => {
  const { events } = open({
    [`GET ${path}`]: json({ user: robin }),
    [`PATCH ${path}`]: json({ user: { ...robin, role: "admin", sessions: 0 } }),
  });
  await events.click(await screen.findByRole("button", { name: "Make administrator" }));
  const question = screen.getByRole("alertdialog", { name: "Make Robin Tester an administrator?" });
  await events.click(within(question).getByRole("button", { name: /^Make administrator/ }));
  expect(await screen.findByText("Made an administrator just now. 1 session ended with it.")).toBeTruthy();
  expect(screen.getByText("Administrator")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Make member" })).toBeTruthy();
});
