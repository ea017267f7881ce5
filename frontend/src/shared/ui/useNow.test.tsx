import { render, screen } from "@testing-library/react";
import { askSession } from "vestibule-kit";
import { expect, test } from "vitest";
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
