import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followLive } from "./live.ts";
import { session, signedInAs, signOut } from "./session.ts";
import { hearTabs } from "./tabs.ts";
import { type FakeEventSource, stubLive, stubLocks } from "./test/browser.ts";
import { cut, json, noContent, serve, unauthenticated, who } from "./test/server.ts";

let streams: FakeEventSource[] = [];
let leave = () => {};
let leaveTabs = () => {};
const ended = () => {
  const now = session.get();
  return now.status === "signed_out" ? now.ended : null;
};
const opened = (n = 1) => vi.waitFor(() => expect(streams).toHaveLength(n), { timeout: 3000 });

beforeEach(async () => {
  streams = stubLive();
  stubLocks();
  signedInAs(who());
  leaveTabs = hearTabs(() => {});
  leave = followLive("s1");
  await opened();
});
afterEach(() => {
  leave();
  leaveTabs();
});

test("a session that ends elsewhere ends on the page, with its reason", () => {
  streams[0]?.say("ended", '{"reason":"ended_by_user"}');
  expect(ended()).toMatchObject({ reason: "ended_by_user" });
  expect(streams[0]?.closed).toBe(true);
});

test("an end whose reason can't be read is an end", () => {
  streams[0]?.say("ended", "something new");
  expect(ended()).toMatchObject({ reason: null });
});

test("a stream that breaks while the session lives is no end, and is opened again", async () => {
  const asked = serve({ "GET /auth/session": json(who()) });
  streams[0]?.say("error");
  await opened(2);
  expect(asked.map(({ path }) => path)).toEqual(["/auth/session"]);
  expect(ended()).toBeNull();
  expect(streams.map(({ closed }) => closed)).toEqual([true, false]);
});

test("a stream that breaks again and again is opened less and less often", async () => {
  vi.useFakeTimers();
  serve({ "GET /auth/session": json(who()) });
  for (const [nth, pause] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
    streams.at(-1)?.say("error");
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(streams).toHaveLength(nth + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(streams).toHaveLength(nth + 2);
  }
  streams.at(-1)?.say("open");
  streams.at(-1)?.say("error");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(streams).toHaveLength(9);
});

test("a stream that breaks because the session is over ends the page", async () => {
  serve({ "GET /auth/session": unauthenticated });
  streams[0]?.say("error");
  await vi.waitFor(() => expect(ended()).toMatchObject({ reason: null }));
});

test("a stream that breaks while the server is away is no end, and is opened again", async () => {
  serve({ "GET /auth/session": cut });
  streams[0]?.say("error");
  await opened(2);
  expect(ended()).toBeNull();
});

test("where there are no streams, none is followed", () => {
  vi.stubGlobal("EventSource", undefined);
  followLive("s1")();
});

test("of several tabs one listens, and tells the others, once", async () => {
  const leaveOther = followLive("s1");
  const other = new BroadcastChannel("vestibule");
  const told: unknown[] = [];
  other.addEventListener("message", ({ data }) => told.push(data));
  await Promise.resolve();
  expect(streams).toHaveLength(1);
  streams[0]?.say("ended", '{"reason":"password_changed"}');
  await vi.waitFor(() => expect(told).toEqual([{ news: "ended", sid: "s1", reason: "password_changed" }]));
  other.close();
  leaveOther();
});

test("signing out here is no news here", async () => {
  serve({
    "POST /auth/logout": () => {
      streams[0]?.say("ended", '{"reason":"signed_out"}');
      return noContent();
    },
  });
  await signOut();
  expect(session.get()).toEqual({ status: "signed_out", ended: null });
});
