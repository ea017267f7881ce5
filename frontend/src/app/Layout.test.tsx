import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { RequireSession } from "vestibule-kit";
import { afterEach, expect, test, vi } from "vitest";
import { renderAt } from "../shared/test/render.tsx";
import { cut, json, noContent, problem, serve, who } from "../shared/test/server.ts";
import { say, speak } from "../shared/words/words.ts";
import { Layout } from "./Layout.tsx";

afterEach(async () => {
  await speak("en");
  localStorage.clear();
});

function Keeping() {
  const [kept] = useState(() => say("shared.loading"));
  return <p>{kept}</p>;
}

function Page() {
  return (
    <RequireSession nobody={null} failed={() => null}>
      <Layout>
        <Keeping />
      </Layout>
    </RequireSession>
  );
}

test("in another language a page begins anew, whatever words a part of it keeps, and the bar has the focus still", async () => {
  serve({ "GET /auth/session": json(who()) });
  renderAt("/", <Page />);
  await screen.findByText("Loading");
  const menu = screen.getByRole("button", { name: /Demo/ });
  menu.focus();
  await act(() => speak("zh"));
  expect(screen.getByText("正在加载")).toBeTruthy();
  expect(document.activeElement).toBe(menu);
  expect(menu.getAttribute("aria-label")).toContain("的账户");
});

test("a sign-out that failed is said, and tried again from there", async () => {
  const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
  serve({
    "GET /auth/session": json(who()),
    "POST /auth/logout": [problem(500, "internal"), () => noContent()],
  });
  renderAt("/", <Page />);
  const events = userEvent.setup();
  await events.click(await screen.findByRole("button", { name: /Demo/ }));
  await events.click(await screen.findByRole("menuitem", { name: "Sign out", hidden: true }));
  const said = await screen.findByRole("alertdialog", { name: "You are not signed out" });
  expect(within(said).getByRole("alert").textContent).toContain("Something went wrong on the server.");
  await events.click(within(said).getByRole("button", { name: "Try again" }));
  await vi.waitFor(() => expect(assign).toHaveBeenCalledWith("/account/sign-in"));
  assign.mockRestore();
});

test("a sign-out that no answer came to may have been one", async () => {
  serve({ "GET /auth/session": json(who()), "POST /auth/logout": cut });
  renderAt("/", <Page />);
  const events = userEvent.setup();
  await events.click(await screen.findByRole("button", { name: /Demo/ }));
  await events.click(await screen.findByRole("menuitem", { name: "Sign out", hidden: true }));
  const said = await screen.findByRole("alertdialog", { name: "You may still be signed in" });
  expect(within(said).getByRole("alert").textContent).toContain("It may or may not have been done");
});
