import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { connection, SignedIn } from "vestibule-kit";
import { expect, test } from "vitest";
import { renderAt } from "../../shared/test/render.tsx";
import { cut, json, noContent, problem, serve, who } from "../../shared/test/server.ts";
import { SecurityPage } from "./SecurityPage.tsx";

const Open = () => (
  <SignedIn>
    <SecurityPage />
  </SignedIn>
);

async function change(answers: Parameters<typeof serve>[0], next = "a fine day to be out") {
  const asked = serve({ "GET /auth/session": json(who()), ...answers });
  renderAt("/security", <Open />);
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("Current password"), "correct horse battery staple");
  await user.type(screen.getByLabelText("New password"), next);
  await user.click(screen.getByRole("button", { name: "Change password" }));
  return asked;
}

const value = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value;

test("a change says which other sessions ended with it, and empties the form", async () => {
  const at = new Date().toISOString();
  const ended = (reason: string, browser: string, when = at) => ({
    at: when,
    name: "session.ended",
    detail: { reason, device: { browser, os: "Windows", type: "desktop" } },
  });
  const events = [
    { at, name: "password.changed", detail: {} },
    ended("password_changed", "Edge"),
    ended("ended_by_user", "Chrome"),
    ended("password_changed", "Opera", "2026-01-01T00:00:00Z"),
  ];
  const asked = await change({
    "POST /auth/password": noContent,
    "GET /auth/events": json({ events, next: null }),
  });
  expect((await screen.findByRole("status")).textContent).toBe(
    "Your password is changed.1 other session ended with it: Edge on Windows.",
  );
  expect([value("Current password"), value("New password")]).toEqual(["", ""]);
  expect(asked.find(({ path }) => path === "/auth/password")?.body).toEqual({
    current_password: "correct horse battery staple",
    new_password: "a fine day to be out",
  });
});

test("a change is a change, though its account can't be read", async () => {
  await change({
    "POST /auth/password": noContent,
    "GET /auth/events": problem(503, "database_unavailable"),
  });
  expect((await screen.findByRole("status")).textContent).toContain("All other sessions were ended.");
});

test("a wrong current password is said at its field, and the new one is kept", async () => {
  await change({ "POST /auth/password": problem(401, "invalid_credentials") });
  expect(await screen.findByText("This is not your current password.")).toBeTruthy();
  expect([value("Current password"), value("New password")]).toEqual(["", "a fine day to be out"]);
  expect(document.activeElement).toBe(screen.getByLabelText("Current password"));
});

test("what the server has against the new password is said at its field", async () => {
  const fields = [
    {
      field: "new_password",
      rule: "common",
      message: "This is one of the passwords that guessers try first.",
    },
  ];
  await change({ "POST /auth/password": problem(422, "validation_failed", { fields }) });
  const message = await screen.findByText("This is one of the passwords that guessers try first.");
  expect(screen.getByLabelText("New password").getAttribute("aria-describedby")).toBe(message.id);
});

test("what the server had against a password is gone with it", async () => {
  const fields = [{ field: "new_password", rule: "unchanged", message: "" }];
  await change({ "POST /auth/password": problem(422, "validation_failed", { fields }) });
  expect(await screen.findByText("This is the current password.")).toBeTruthy();
  await userEvent.setup().type(screen.getByLabelText("New password"), "!");
  expect(screen.queryByText("This is the current password.")).toBeNull();
});

test("a change is made once, though it is asked for twice before anything is drawn anew", async () => {
  const asked = serve({
    "GET /auth/session": json(who()),
    "POST /auth/password": [noContent, problem(401, "invalid_credentials")],
    "GET /auth/events": json({ events: [], next: null }),
  });
  renderAt("/security", <Open />);
  const current = await screen.findByLabelText("Current password");
  fireEvent.change(current, { target: { value: "correct horse battery staple" } });
  act(() => {
    fireEvent.submit(screen.getByRole("form"));
    fireEvent.submit(screen.getByRole("form"));
  });
  expect(await screen.findByText("Your password is changed.")).toBeTruthy();
  expect(asked.filter(({ path }) => path === "/auth/password")).toHaveLength(1);
});

test("that the server has stumbled is no word on whether it is done", async () => {
  await change({ "POST /auth/password": problem(500, "internal_error") });
  const said = (await screen.findByRole("alert")).textContent;
  expect(said).toBe(
    "Something went wrong on the server.It may not have been done: look before you try again.",
  );
});

test("that no answer came is said for longer than that the server can't be reached", async () => {
  await change({ "POST /auth/password": cut });
  const said = async () => (await screen.findByRole("alert")).textContent;
  expect(await said()).toMatch(/^The server can’t be reached\.It may or may not have been done/);
  act(() => connection.set("up"));
  expect(await said()).toMatch(/^No answer came\.It may or may not have been done/);
});
