import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dismissExpiry, expiry, setLimits, stay, watchClock } from "./clock.ts";
import { connection } from "./connection.ts";
import type { OwnSession } from "./contract.ts";
import { send } from "./http.ts";
import { askSession, session, signedInAs } from "./session.ts";
import { hearTabs } from "./tabs.ts";
import { stubSilence } from "./test/browser.ts";
import { cut, json, serve, unauthenticated, who } from "./test/server.ts";
import { serverNow } from "./time.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const list = "GET /auth/sessions";
const start = Date.parse("2026-11-24T12:00:00.000Z");
const at = (milliseconds: number) => new Date(start + milliseconds).toISOString();

let leave = () => {};
/** What the database holds. */
let held: OwnSession;

/** Signs in now, with these limits. The list is read as the database holds it. */
function begin(idle = 30 * minute, absolute = 12 * hour, more: Parameters<typeof serve>[0] = {}) {
  const { user, session: own } = who();
  held = {
    ...own,
    created_at: at(0),
    last_seen_at: at(0),
    idle_expires_at: at(Math.min(idle, absolute)),
    absolute_expires_at: at(absolute),
  };
  const asked = serve({
    [list]: () => json({ sessions: [{ ...held, current: true, remember: true }] })(),
    ...more,
  });
  signedInAs({ user, session: held });
  leave = watchClock();
  return asked;
}

const used = (after: number, idle = 30 * minute) => {
  const idle_expires_at = at(Math.min(after + idle, Date.parse(held.absolute_expires_at) - start));
  held = { ...held, last_seen_at: at(after), idle_expires_at };
};
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const passive = (asked: { headers: Headers }[]) =>
  asked.map(({ headers }) => headers.get("X-Vestibule-Activity") === "none");
const reason = () => {
  const now = session.get();
  return now.status === "signed_out" && now.ended?.reason;
};

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(() => {
  leave();
  vi.restoreAllMocks();
});

describe("two minutes before its end", () => {
  test("a session that is not used is warned of, after the server was asked, and not before", async () => {
    const asked = begin();
    await pass(28 * minute - second);
    expect(asked).toEqual([]);
    expect(expiry.get()).toBeNull();
    await pass(second);
    expect(expiry.get()).toEqual({ limit: "idle", at: new Date(at(30 * minute)), remember: true });
    expect(passive(asked)).toEqual([true]);
  });

  test("one that was used meanwhile, in any tab, is not", async () => {
    begin();
    await pass(10 * minute);
    used(10 * minute);
    await pass(18 * minute);
    expect(expiry.get()).toBeNull();
    await pass(10 * minute);
    expect(expiry.get()?.at).toEqual(new Date(at(40 * minute)));
  });

  test("one that reaches its absolute end is, however it is used", async () => {
    begin(30 * minute, hour);
    await pass(28 * minute);
    used(28 * minute + second);
    await pass(minute);
    used(40 * minute);
    dismissExpiry();
    await pass(29 * minute);
    expect(expiry.get()).toMatchObject({ limit: "absolute", at: new Date(at(hour)) });
  });

  test("a short limit is warned of when half of it is left", async () => {
    begin(minute);
    await pass(30 * second - 1);
    expect(expiry.get()).toBeNull();
    await pass(1);
    expect(expiry.get()).not.toBeNull();
  });

  test("it is, by what is known, though the server can't be asked", async () => {
    begin(30 * minute, 12 * hour, { [list]: cut });
    await pass(28 * minute);
    expect(expiry.get()).not.toBeNull();
  });

  test("a session that lives for months is not forgotten", async () => {
    begin(30 * 24 * hour, 90 * 24 * hour);
    await pass(30 * 24 * hour - 2 * minute);
    expect(expiry.get()).not.toBeNull();
  });
});

describe("at its end", () => {
  test("the page says that it was the limit", async () => {
    begin(30 * minute, 12 * hour, { "GET /auth/session": unauthenticated });
    await pass(29 * minute);
    serve({ [list]: unauthenticated, "GET /auth/session": unauthenticated });
    await pass(minute);
    expect(reason()).toBe("expired");
    expect(expiry.get()).toBeNull();
  });

  test("nothing stays on the screen, though the server can't be asked", async () => {
    begin();
    await pass(29 * minute);
    serve({ [list]: cut, "GET /auth/session": cut });
    await pass(minute);
    expect(reason()).toBe("expired");
  });

  test("a session that was used all the same is back as soon as the server can be asked", async () => {
    begin();
    await pass(27 * minute);
    used(27 * minute);
    serve({ [list]: cut, "GET /auth/session": cut });
    await pass(3 * minute);
    expect(reason()).toBe("expired");
    const { user } = who();
    serve({ "GET /auth/session": json({ user, session: { ...held, idle_expires_at: at(29 * minute) } }) });
    await askSession();
    expect(reason(), "a replica that has not heard of it").toBe("expired");
    serve({ "GET /auth/session": json({ user, session: held }) });
    await askSession();
    expect(session.get()).toMatchObject({ status: "signed_in", session: held });
  });

  test("a server that does not answer holds up neither the warning nor the end", async () => {
    begin();
    stubSilence();
    await pass(28 * minute + 10 * second);
    expect(expiry.get()).not.toBeNull();
    expect(connection.get()).toBe("unreachable");
    await pass(2 * minute);
    expect(reason()).toBe("expired");
  });

  test("a session that was used at the last moment goes on", async () => {
    begin();
    await pass(29 * minute);
    used(29 * minute);
    await pass(minute);
    expect(session.get().status).toBe("signed_in");
    expect(expiry.get()).toBeNull();
  });
});

describe("staying signed in", () => {
  test("is a use, puts the end off at once, and asks whether that is so", async () => {
    const asked = begin();
    await pass(29 * minute);
    expect(expiry.get()).not.toBeNull();
    const done = stay();
    used(29 * minute);
    await done;
    expect(expiry.get()).toBeNull();
    await pass(5 * second);
    expect(passive(asked)).toEqual([true, false, true]);
    await pass(28 * minute - 6 * second);
    expect(expiry.get()).toBeNull();
    await pass(second);
    expect(expiry.get()).not.toBeNull();
  });

  test("that the server did not write down warns again", async () => {
    begin();
    await pass(29 * minute);
    await stay();
    expect(expiry.get()).toBeNull();
    await pass(5 * second);
    expect(expiry.get()).toMatchObject({ limit: "idle", at: new Date(at(30 * minute)) });
  });

  test("is told to the other tabs, and what another one tells is taken", async () => {
    const told: unknown[] = [];
    const elsewhere = new BroadcastChannel("vestibule");
    elsewhere.addEventListener("message", ({ data }) => told.push(data));
    begin();
    const leaveTabs = hearTabs(() => {});
    await pass(28 * minute);
    await stay();
    setLimits({ sid: "s1", last_seen_at: at(0), idle_expires_at: at(30 * minute) });
    await pass(0);
    expect(expiry.get()).not.toBeNull();
    setLimits({ sid: "s0", idle_expires_at: at(58 * minute) }); // of a session that is not this one
    expect(expiry.get()).not.toBeNull();
    setLimits({ sid: "s1", idle_expires_at: at(58 * minute) });
    expect(expiry.get()).toBeNull();
    vi.useRealTimers();
    await vi.waitFor(() =>
      expect(told).toEqual([
        { news: "used", sid: "s1", last_seen_at: at(28 * minute), idle_expires_at: at(58 * minute) },
      ]),
    );
    leaveTabs();
    elsewhere.close();
  });
});

test("a warning that one wants to hear no more of is not told again, and the end comes all the same", async () => {
  begin(30 * minute, hour);
  used(40 * minute);
  await pass(58 * minute);
  expect(expiry.get()?.limit).toBe("absolute");
  dismissExpiry();
  await pass(90 * second);
  expect(expiry.get()).toBeNull();
  serve({ [list]: unauthenticated, "GET /auth/session": unauthenticated });
  await pass(30 * second);
  expect(reason()).toBe("expired");
});

describe("a device whose clock is wrong", () => {
  test("is not told so by a downstream, nor by an answer that was long on its way", async () => {
    const wrong = { Date: new Date(start + hour).toUTCString() };
    serve({
      "GET /api/orders/": json({}, 200, wrong),
      "GET /auth/events": async () => {
        await pass(6 * second);
        return json({}, 200, wrong)();
      },
    });
    await send("/api/orders/");
    await send("/auth/events");
    expect(serverNow()).toBe(Date.now());
  });

  test.each([
    ["an hour fast", -hour],
    ["a day slow", 24 * hour],
  ])("by %s is warned at the right time", async (_, differs) => {
    const shifted = (iso: string) => new Date(Date.parse(iso) + differs).toISOString();
    const { user, session: own } = who();
    const theirs = {
      ...own,
      created_at: shifted(at(0)),
      last_seen_at: shifted(at(0)),
      idle_expires_at: shifted(at(30 * minute)),
      absolute_expires_at: shifted(at(12 * hour)),
    };
    const date = () => ({ Date: new Date(Date.now() + differs).toUTCString() });
    serve({
      "GET /auth/session": () => json({ user, session: theirs }, 200, date())(),
      [list]: () => json({ sessions: [{ ...theirs, remember: false }] }, 200, date())(),
    });
    leave = watchClock();
    await askSession();
    expect(Math.abs(serverNow() - Date.now() - differs)).toBeLessThanOrEqual(second);
    await pass(28 * minute - 2 * second);
    expect(expiry.get()).toBeNull();
    await pass(3 * second);
    expect(Math.abs(Number(expiry.get()?.at) - (start + 30 * minute))).toBeLessThanOrEqual(second);
  });
});
