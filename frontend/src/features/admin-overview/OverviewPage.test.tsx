import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Overview, Sample } from "../../shared/api/contract.ts";
import { renderWithin } from "../../shared/test/render.tsx";
import { admin, cut, json, problem, serve } from "../../shared/test/server.ts";
import { OverviewPage } from "./OverviewPage.tsx";

const now = Date.parse("2026-11-24T14:02:30Z");

function sample(minutesAgo: number, over: Partial<Sample>): Sample {
  return {
    at: new Date(now - minutesAgo * 60_000).toISOString(),
    sessions_browser: 1_140,
    sessions_client: 201,
    sign_ins: 0,
    sign_in_failures: 0,
    exchanges: 0,
    lookups_cache: 0,
    lookups_database: 0,
    lookups_refused: 0,
    revocations: 0,
    revocation_delay_p50_ms: null,
    revocation_delay_p99_ms: null,
    ...over,
  };
}

const overview: Overview = {
  now: new Date(now).toISOString(),
  users: 5_002,
  sessions: { browser: 1_284, client: 212 },
  replicas: [
    { name: "a", at: new Date(now).toISOString() },
    { name: "b", at: new Date(now).toISOString() },
  ],
  step: 5,
  samples: [
    sample(3, {}),
    sample(2, {
      sign_ins: 12,
      sign_in_failures: 38,
      exchanges: 500,
      lookups_cache: 990,
      lookups_database: 10,
    }),
    sample(1, { sessions_browser: 1_284, revocation_delay_p50_ms: 1.9, revocation_delay_p99_ms: 31.4 }),
  ],
  ended: [{ reason: "ended_by_admin", n: 3 }],
};
const health = { since: null, last_error: null, requests: 200, failures: 1, p50_ms: 6, p99_ms: 1_900 };
const downstream = { name: "orders", replica: "a:8080", health: { ...health, state: "slow" } };
const all = {
  "GET /admin/overview": json(overview),
  "GET /admin/downstreams": json({ downstreams: [downstream] }),
  "GET /admin/events": json({ events: [], next: "" }),
};

function open(answers: Parameters<typeof serve>[0] = all, address = "/admin") {
  const asked = serve({ "GET /auth/session": json(admin()), ...answers });
  renderWithin("/admin", address, <OverviewPage />);
  return { asked, events: userEvent.setup() };
}

afterEach(() => {
  vi.useRealTimers();
});

test("each drawing says what it shows in a sentence", async () => {
  open();
  const sentences = (await screen.findAllByRole("img")).map((drawing) => drawing.getAttribute("aria-label"));
  expect(sentences).toContain(
    "Open sessions. The last 15 minutes: of browsers, from 1,140 to 1,284; of clients, from 201 to 201.",
  );
  expect(sentences).toContain(
    "Sign-ins. The last 15 minutes: 12 signed in, 38 failed, 38 of them in the minute of 14:00.",
  );
  expect(sentences).toContain("from memory. The last 15 minutes: 66 a second on average, 198 at most.");
  expect(sentences).toContain(
    "Revocation delay. The last 15 minutes: p50 1.9 ms on average, p99 at most 31 ms, at 14:01.",
  );
  expect(screen.getByText(/99 % of look-ups from memory/)).toBeTruthy();
});

test("the figures of a drawing can be read as a table", async () => {
  const { events } = open();
  const figure = await screen.findByRole("figure", { name: "Sign-ins" });
  await events.click(within(figure).getByRole("button", { name: "As a table" }));
  const rows = within(within(figure).getByRole("table")).getAllByRole("row");
  expect(rows.map((row) => row.textContent)).toEqual([
    "Timesigned infailed",
    "13:5900",
    "14:001238",
    "14:0100",
  ]);
});

test("nothing that the page asks for by itself counts as a person's doing, and only what is new is asked for again", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { asked } = open();
  await screen.findAllByRole("img");
  await vi.advanceTimersByTimeAsync(5_500);
  const overviews = asked.filter(({ path }) => path === "/admin/overview");
  expect(overviews.length).toBeGreaterThan(1);
  const since = new URLSearchParams(overviews[1]?.query).get("since") ?? "";
  expect(Date.parse(since)).toBe(Date.parse(overview.samples[2]?.at ?? "") - 15_000);
  const own = asked.filter(({ path }) => path.startsWith("/admin/"));
  expect(own.map(({ headers }) => headers.get("X-Vestibule-Activity"))).toEqual(own.map(() => "none"));
});

test("a look that fails leaves what was seen, and says that it is not live", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  open({ ...all, "GET /admin/overview": [json(overview), cut] });
  expect(await screen.findByText("Live, every 5 s")).toBeTruthy();
  await screen.findAllByRole("img");
  await vi.advanceTimersByTimeAsync(5_500);
  expect(await screen.findByText(/^Not live: as of \d\d:\d\d$/)).toBeTruthy();
  expect(screen.getAllByRole("img").length).toBeGreaterThan(5);
});

test("an hour is another window, and stands in the address", async () => {
  const { asked, events } = open();
  await screen.findAllByRole("img");
  await events.click(screen.getByRole("radio", { name: "1 hour" }));
  await waitFor(() => expect(screen.getByRole("region", { name: "The last hour" })).toBeTruthy());
  const since = new URLSearchParams(asked.filter(({ path }) => path === "/admin/overview").at(-1)?.query).get(
    "since",
  );
  expect(Date.now() - Date.parse(since ?? "")).toBeGreaterThan(59 * 60_000);
});

test("where nothing was counted yet, that is said instead of drawn", async () => {
  open({ ...all, "GET /admin/overview": json({ ...overview, samples: [] }) });
  expect(await screen.findByText(/Nothing has been counted yet/)).toBeTruthy();
  expect(screen.queryByRole("img")).toBeNull();
});

test("where nothing ended, the delay is not nought: it is not known", async () => {
  const samples = overview.samples.slice(0, 2);
  open({ ...all, "GET /admin/overview": json({ ...overview, samples }) });
  expect(await screen.findByText("The last 15 minutes: no session ended before its time.")).toBeTruthy();
});

test("services behind are shown with their state in a word, and what ended by its reason", async () => {
  open();
  const orders = await screen.findByRole("region", { name: "orders" });
  expect(orders.textContent).toContain("Slow");
  expect(orders.textContent).toContain("6 ms · 1.9 s");
  expect(orders.textContent).toContain("0.5 %");
  const ended = await screen.findByRole("region", { name: "Ended before their time" });
  expect(ended.textContent).toContain("In the last 24 hours: 3 sessions");
  expect(ended.textContent).toContain("Ended by an administrator 3");
});

test("what ended on another day is listed with that day", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now });
  const device = { browser: "Firefox", os: "Windows", type: "desktop" };
  const event = (id: string, at: string) => ({ id, at, name: "session.ended", device, detail: {} });
  const events = [event("2", "2026-11-24T00:00:00.100Z"), event("1", "2026-11-23T23:59:59.900Z")];
  open({ ...all, "GET /admin/events": json({ events, next: "" }) });
  expect(await screen.findByText("00:00:00.100")).toBeTruthy();
  expect(screen.getByText("2026-11-23 23:59:59.900")).toBeTruthy();
});

test("the first look goes by the server's clock, whatever this device's says", async () => {
  const { asked } = open();
  await screen.findAllByRole("img");
  const first = asked.find(({ path }) => path === "/admin/overview");
  expect(new URLSearchParams(first?.query).get("since")).toBe("1970-01-01T00:00:00.000Z");
});

test("an overview that can't be had says why", async () => {
  open({ ...all, "GET /admin/overview": problem(500, "internal") });
  expect(await screen.findByRole("heading", { name: "The overview could not be loaded" })).toBeTruthy();
  expect(screen.queryByText("Live, every 5 s")).toBeNull();
});
