import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connection } from "./connection.ts";
import { send } from "./http.ts";
import { NetworkError } from "./problem.ts";
import { watchConnection } from "./reach.ts";
import { askSession } from "./session.ts";
import { stubSilence } from "./test/browser.ts";
import { cut, json, serve, who } from "./test/server.ts";

let leave = () => {};
beforeEach(() => {
  vi.useFakeTimers();
  leave = watchConnection();
});
afterEach(() => {
  leave();
  vi.restoreAllMocks();
});

test("while the server can't be reached it is asked until it answers, and no longer", async () => {
  const asked = serve({ "GET /api/orders/": cut, "GET /auth/session": [cut, cut, json(who())] });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
  await send("/api/orders/").catch(() => {});
  expect(connection.get()).toBe("unreachable");
  await vi.advanceTimersByTimeAsync(9_000);
  expect(connection.get()).toBe("up");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.filter(({ path }) => path === "/auth/session")).toHaveLength(3);
});

test("a server that takes requests and answers none can't be reached either", async () => {
  stubSilence();
  const asked = askSession().catch((e: unknown) => e);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await asked).toBeInstanceOf(NetworkError);
  expect(connection.get()).toBe("unreachable");
});

test("a browser that is online again asks at once", async () => {
  const asked = serve({ "GET /auth/session": json(who()) });
  window.dispatchEvent(new Event("online"));
  expect(asked).toEqual([]);
  window.dispatchEvent(new Event("offline"));
  expect(connection.get()).not.toBe("up");
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.get()).toBe("up");
});

test("whoever has left asks no more", async () => {
  const asked = serve({});
  leave();
  window.dispatchEvent(new Event("offline"));
  expect(connection.get()).toBe("up");
  connection.set("unreachable");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});
