import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cut, json, serve, unauthenticated, who } from "../test/server.ts";
import { followLive } from "./live.ts";
import { aboutToSignOut, ended, signedInAs } from "./session.ts";

/** The browser's end of the stream, as far as the page can see it. */
class FakeEventSource extends EventTarget {
  static open: FakeEventSource[] = [];
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeEventSource.open.push(this);
  }
  close() {
    this.closed = true;
  }
  say(name: string, data?: string) {
    this.dispatchEvent(data === undefined ? new Event(name) : new MessageEvent(name, { data }));
  }
}

let leave = () => {};
const streams = () => FakeEventSource.open;

/** One tab per lock: the second waits until the first has left. */
function stubLocks() {
  const waiting = new Map<string, Promise<unknown>>();
  const request = (name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) => {
    const turn = (waiting.get(name) ?? Promise.resolve()).then(() => (signal.aborted ? undefined : work()));
    waiting.set(name, turn);
    return turn;
  };
  vi.stubGlobal("navigator", { onLine: true, locks: { request } });
}

beforeEach(() => {
  FakeEventSource.open = [];
  vi.stubGlobal("EventSource", FakeEventSource);
  stubLocks();
  signedInAs(who());
});
afterEach(() => leave());

test("a session that ends elsewhere ends on the page, with its reason", async () => {
  leave = followLive("s1");
  await vi.waitFor(() => expect(streams()).toHaveLength(1));
  streams()[0]?.say("ended", '{"reason":"ended_by_user"}');
  expect(ended.get()).toMatchObject({ reason: "ended_by_user" });
  expect(streams()[0]?.closed).toBe(true);
});

test("a stream that breaks while the session lives is no end, and is opened again", async () => {
  const asked = serve({ "GET /auth/session": json(who()) });
  leave = followLive("s1");
  await vi.waitFor(() => expect(streams()).toHaveLength(1));
  streams()[0]?.say("error");
  await vi.waitFor(() => expect(streams()).toHaveLength(2), { timeout: 3000 });
  expect(asked.map(({ path }) => path)).toEqual(["/auth/session"]);
  expect(ended.get()).toBeNull();
});

test("a stream that breaks because the session is over ends the page", async () => {
  serve({ "GET /auth/session": unauthenticated });
  leave = followLive("s1");
  await vi.waitFor(() => expect(streams()).toHaveLength(1));
  streams()[0]?.say("error");
  await vi.waitFor(() => expect(ended.get()).toMatchObject({ reason: null }));
});

test("a stream that breaks while the server is away is no end, and is opened again", async () => {
  serve({ "GET /auth/session": cut });
  leave = followLive("s1");
  await vi.waitFor(() => expect(streams()).toHaveLength(1));
  streams()[0]?.say("error");
  await vi.waitFor(() => expect(streams()).toHaveLength(2), { timeout: 3000 });
  expect(ended.get()).toBeNull();
});

test("of several tabs one listens, and tells the others", async () => {
  leave = followLive("s1");
  const leaveOther = followLive("s1");
  await vi.waitFor(() => expect(streams()).toHaveLength(1));
  const other = new BroadcastChannel("vestibule-live");
  const told = new Promise((resolve) => other.addEventListener("message", ({ data }) => resolve(data)));
  streams()[0]?.say("ended", '{"reason":"password_changed"}');
  expect(await told).toEqual({ sid: "s1", reason: "password_changed" });
  other.close();
  leaveOther();
});

test("the end of another session is not taken for one's own", async () => {
  leave = followLive("s1");
  await vi.waitFor(() => expect(streams()).toHaveLength(1));
  const other = new BroadcastChannel("vestibule-live");
  other.postMessage({ sid: "s0", reason: "signed_out" });
  other.postMessage({ sid: "s1", reason: "ended_by_user" });
  await vi.waitFor(() => expect(ended.get()).not.toBeNull());
  expect(ended.get()?.reason).toBe("ended_by_user");
  other.close();
});

test("signing out here is no news here", async () => {
  leave = followLive("s1");
  await vi.waitFor(() => expect(streams()).toHaveLength(1));
  aboutToSignOut();
  streams()[0]?.say("ended", '{"reason":"signed_out"}');
  expect(ended.get()).toBeNull();
});
