import { render, screen } from "@testing-library/react";
import { askSession, serverNow } from "vestibule-kit";
import { expect, test, vi } from "vitest";
import { json, serve, who } from "../test/server.ts";
import { useNow } from "./useNow.ts";

test("the time is the server's, on a device whose clock is an hour ahead", async () => {
  const there = new Date(Date.now() - 3_600_000);
  serve({ "GET /auth/session": json(who(), 200, { Date: there.toUTCString() }) });
  await askSession();
  const Clock = () => <p>{useNow().getTime()}</p>;
  render(<Clock />);
  const off = Number(screen.getByText(/\d/).textContent) - there.getTime();
  expect(Math.abs(off)).toBeLessThan(5_000);
});

test("clocks that agree are not told apart by the seconds that Date leaves open", async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 26, 12, 0, 1, 900), toFake: ["Date"] });
  serve({ "GET /auth/session": json(who(), 200, { Date: "Thu, 26 Nov 2026 12:00:00 GMT" }) });
  await askSession();
  expect(serverNow()).toBe(Date.now());
  vi.useRealTimers();
});
