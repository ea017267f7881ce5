import { render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { serve, unauthenticated } from "../shared/test/server.ts";
import { App } from "./App.tsx";

afterEach(() => window.history.replaceState(null, "", "/account/"));

function open(address: string) {
  window.history.replaceState(null, "", address);
  const asked = serve({ "GET /auth/session": unauthenticated });
  render(<App />);
  return asked;
}

test.each([
  ["unknown_client", "This client is not known here"],
  ["unknown_redirect_uri", "The way back is not known here"],
  ["invalid_request", "This can’t be approved"],
])(
  "a request that leads nowhere (%s) is explained to anyone, without asking who it is",
  async (code, heading) => {
    const asked = open(`/account/authorize?problem=${code}`);
    expect(await screen.findByRole("heading", { name: heading, level: 1 }, { timeout: 4_000 })).toBeTruthy();
    expect(screen.queryByLabelText("Password")).toBeNull();
    expect(asked).toEqual([]);
  },
);

test("a request that leads somewhere is for someone who is signed in, who comes back to all of it", async () => {
  open("/account/authorize?client_id=vestibule-cli&state=a%20b");
  expect(await screen.findByRole("heading", { name: "Sign in", level: 1 }, { timeout: 4_000 })).toBeTruthy();
  const returnTo = new URLSearchParams(window.location.search).get("return_to") ?? "";
  const led = new URL(returnTo, "http://localhost");
  expect(led.pathname).toBe("/account/authorize");
  expect(Object.fromEntries(led.searchParams)).toEqual({ client_id: "vestibule-cli", state: "a b" });
});
