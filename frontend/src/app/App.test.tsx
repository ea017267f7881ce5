import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Who } from "vestibule-kit";
import { afterEach, describe, expect, test } from "vitest";
import { admin, json, serve, unauthenticated, who } from "../shared/test/server.ts";
import { App } from "./App.tsx";
import { pages } from "./routes.tsx";

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

describe("the administration", () => {
  const all = { "GET /admin/users": json({ users: [], next: "", total: 0 }) };

  function openAs(someone: Who, address: string) {
    window.history.replaceState(null, "", address);
    const asked = serve({ "GET /auth/session": json(someone), ...all });
    render(<App />);
    return asked;
  }

  test.each(pages.filter(({ access }) => access === "admin").map(({ path }) => path.replace(":id", "u1")))(
    "%s shows who is no administrator that it is not for them, and asks for nothing",
    async (path) => {
      const asked = openAs(who(), `/account${path}`);
      expect(await screen.findByRole("heading", { name: "This page is not for your role" })).toBeTruthy();
      expect(asked.filter(({ path }) => path !== "/auth/session")).toEqual([]);
      expect(screen.queryByRole("navigation", { name: "Administration" })).toBeNull();
    },
  );

  test("is there for an administrator, with the ways between its pages", async () => {
    openAs(admin(), "/account/admin/users");
    const ways = await screen.findByRole("navigation", { name: "Administration" });
    expect(
      within(ways)
        .getAllByRole("link")
        .map((link) => link.textContent),
    ).toEqual(["Overview", "Users", "Sessions", "Downstreams", "Keys", "Audit log", "Back to your account"]);
    expect(within(ways).getByRole("link", { current: "page" }).textContent).toBe("Users");
    expect(await screen.findByText("0 users")).toBeTruthy();
  });

  test.each([
    ["an administrator", admin(), ["Administration", "Back to the app"]],
    ["anyone else", who(), ["Back to the app"]],
  ])("is in the account menu of %s, or not", async (_, someone, ways) => {
    openAs(someone, "/account/");
    await userEvent.setup().click(await screen.findByRole("button", { name: /account of/ }));
    const items = await screen.findAllByRole("menuitem", { hidden: true });
    expect(items.filter((item) => item.hasAttribute("href")).map((item) => item.textContent)).toEqual(ways);
    expect(screen.queryByRole("link", { name: "Users" })).toBeNull();
  });
});
