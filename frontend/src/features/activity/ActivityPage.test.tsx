import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderAt } from "../../shared/test/render.tsx";
import { json, problem, serve } from "../../shared/test/server.ts";
import { ActivityPage } from "./ActivityPage.tsx";

const firefox = { browser: "Firefox", os: "Windows", type: "desktop" };
const at = new Date(Date.now() - 3 * 60_000).toISOString();
const event = (id: string, name: string, detail: object = {}) => ({
  id,
  at,
  name,
  sid: null,
  ip: "203.0.113.24",
  device: firefox,
  detail,
});

function open(answers: Parameters<typeof serve>[0][string], address = "/activity") {
  const asked = serve({ "GET /auth/events": answers });
  renderAt(address, <ActivityPage />);
  return asked;
}

const queries = (asked: ReturnType<typeof serve>) =>
  asked.filter(({ path }) => path === "/auth/events").map(({ query }) => query);
const rows = async () =>
  within(await screen.findByRole("list", { name: "Activity" }))
    .getAllByRole("listitem")
    .map((row) => row.textContent);

test("each event is said in words, with what it came from", async () => {
  open(
    json({
      events: [
        event("5", "session.ended", { reason: "reuse", client_id: "vestibule-cli", device: firefox }),
        event("4", "approval.granted", { client_id: "vestibule-cli", client_name: "Port Tools" }),
        event("3", "sign_in.failed", { reason: "wrong_password" }),
        event("2", "session.created", { remember: true }),
        event("1", "something.new", {}),
      ],
      next: null,
    }),
  );
  expect(await rows()).toEqual([
    expect.stringContaining(
      "Session of Vestibule CLI on Windows endedEnded because a used refresh token came back",
    ),
    expect.stringContaining("Port Tools approvedFirefox on Windows · 203.0.113.24"),
    expect.stringContaining("Sign-in failedWrong password · Firefox on Windows"),
    expect.stringContaining("Signed inKept signed in · Firefox on Windows"),
    expect.stringContaining("something.new"),
  ]);
  expect(screen.queryByRole("button", { name: "Show 50 more" })).toBeNull();
  expect(screen.getByText(/If something here wasn’t you/)).toBeTruthy();
});

test("further ones come by the cursor, below those that are there", async () => {
  const asked = open([
    json({ events: [event("9", "session.created")], next: "9" }),
    json({ events: [event("3", "user.registered")], next: null }),
  ]);
  await userEvent.click(await screen.findByRole("button", { name: "Show 50 more" }));
  expect(await screen.findByText("Account created")).toBeTruthy();
  expect(await rows()).toHaveLength(2);
  expect(queries(asked)).toEqual(["limit=50", "limit=50&before=9"]);
});

test("the last ones take the button away: the first of them takes its focus", async () => {
  open([
    json({ events: [event("9", "session.created")], next: "9" }),
    json({ events: [event("8", "password.changed")], next: "8" }),
    json({ events: [event("3", "user.registered"), event("2", "sign_in.failed")], next: null }),
  ]);
  const events = userEvent.setup();
  const more = await screen.findByRole("button", { name: /^Show 50 more/ });
  await events.click(more);
  await screen.findByText("Password changed");
  expect(document.activeElement).toBe(more);
  await events.click(more);
  const first = (await screen.findByText("Account created")).closest("li");
  expect(document.activeElement).toBe(first);
});

test("a filter is in the address, and is asked of the server", async () => {
  const asked = open(json({ events: [], next: null }), "/activity?about=ended");
  expect(await screen.findByText("Nothing of this kind has happened yet.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Ended sessions" }).getAttribute("aria-current")).toBe("true");
  await userEvent.click(screen.getByRole("button", { name: "Clients" }));
  expect(await screen.findByText("Nothing of this kind has happened yet.")).toBeTruthy();
  expect(queries(asked).map((query) => new URLSearchParams(query).get("name"))).toEqual([
    "session.ended",
    "approval.*,authorization_code.*,refresh_token.*",
  ]);
});

test("a list that can't be had says so, and comes on another try", async () => {
  open([problem(500, "internal"), json({ events: [event("1", "session.created")], next: null })]);
  await userEvent.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Signed in")).toBeTruthy();
});
