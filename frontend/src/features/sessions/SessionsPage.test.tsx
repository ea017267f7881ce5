import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../shared/format/units.ts";
import { renderAt } from "../../shared/test/render.tsx";
import { json, noContent, problem, serve } from "../../shared/test/server.ts";
import { type Session, together } from "./api.ts";
import { SessionsPage } from "./SessionsPage.tsx";

const from = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

function session(sid: string, over: Partial<Session> = {}): Session {
  return {
    sid,
    kind: "browser",
    current: false,
    device: { browser: "Safari", os: "iOS", type: "phone" },
    ip: "198.51.100.7",
    client_id: "",
    client_name: "",
    remember: false,
    created_at: from(-hour),
    last_seen_at: from(-3 * minute),
    idle_expires_at: from(27 * minute),
    absolute_expires_at: from(11 * hour),
    ...over,
  };
}

const here = session("s1", {
  current: true,
  device: { browser: "Firefox", os: "Windows", type: "desktop" },
  last_seen_at: from(0),
  idle_expires_at: from(30 * minute),
});
const phone = session("s2", {
  remember: true,
  idle_expires_at: from(14 * day - 3 * minute),
  absolute_expires_at: from(30 * day - hour),
});
const mac = session("s3", {
  device: { browser: "Chrome", os: "macOS", type: "desktop" },
  last_seen_at: from(-26 * minute),
  idle_expires_at: from(4 * minute),
});
const all = {
  "GET /auth/sessions": json({ sessions: [here, phone, mac] }),
  "GET /auth/events": json({ events: [], next: null }),
};

const row = (name: string) => screen.getByText(name).closest("tr") as HTMLElement;
const endButton = (name: string) => screen.getByRole("button", { name: `End the session of ${name}` });

async function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve(answers);
  renderAt("/sessions", <SessionsPage />);
  return asked;
}

describe("the list", () => {
  test("says what each session is, when it was seen, and both its limits", async () => {
    await open(all);
    expect(await screen.findByText("Firefox on Windows")).toBeTruthy();
    expect(within(row("Firefox on Windows")).getByText("This device")).toBeTruthy();
    expect(within(row("Safari on iPhone")).getByText("Kept signed in")).toBeTruthy();
    expect(row("Safari on iPhone").textContent).toContain("3 minutes ago");
    expect(row("Chrome on macOS").textContent).toContain("in 4 minutes if not used");
    expect(screen.getByText(/You have three open sessions/)).toBeTruthy();
    expect(
      screen.getByText(
        /after 30 minutes without use, 12 hours in all; kept signed in, after 14 days and 30 days/,
      ),
    ).toBeTruthy();
  });

  test("shows a client by its name, as a client, whatever it was approved on", async () => {
    const client = session("s4", {
      kind: "client",
      device: { browser: "Chrome", os: "Linux", type: "desktop" },
      client_id: "port-tools",
      client_name: "Port Tools",
      idle_expires_at: from(14 * day),
      absolute_expires_at: from(90 * day),
    });
    await open({ ...all, "GET /auth/sessions": json({ sessions: [here, client] }) });
    await screen.findByText("Port Tools on Linux");
    const cell = row("Port Tools on Linux");
    expect(within(cell).getByText("Client")).toBeTruthy();
    expect(cell.textContent).toContain("Approved by you");
    expect(cell.querySelector(".tabler-icon-terminal-2")).toBeTruthy();
    expect(endButton("Port Tools on Linux")).toBeTruthy();
  });

  test("draws its shape while it waits", async () => {
    serve({ "GET /auth/sessions": () => new Promise(() => {}) });
    renderAt("/sessions", <SessionsPage />);
    expect(screen.getByText("Loading your sessions")).toBeTruthy();
  });

  test("that fails says so, and can be tried again", async () => {
    await open({
      ...all,
      "GET /auth/sessions": [problem(500, "internal_error"), json({ sessions: [here] })],
    });
    await userEvent.setup().click(await screen.findByRole("button", { name: "Try again" }));
    expect(
      await screen.findByText(
        "You are signed in on this device alone. Ending a session takes effect at once.",
      ),
    ).toBeTruthy();
  });
});

describe("ending one", () => {
  test("leaves its row in place with the result, and moves the focus there", async () => {
    const asked = await open({ ...all, "DELETE /auth/sessions/s2": noContent });
    await screen.findByText("Safari on iPhone");
    await userEvent.setup().click(endButton("Safari on iPhone"));
    const result = await screen.findByText("Ended just now, by you.");
    expect(result.closest("tr")).toBe(row("Safari on iPhone"));
    await waitFor(() => expect(document.activeElement).toBe(result.closest("[role=status]")));
    expect(screen.getByRole("button", { name: "End the other one" })).toBeTruthy();
    expect(asked.at(-1)?.headers.get("X-CSRF")).toBe("1");
  });

  test("that was over already is said as it is", async () => {
    await open({ ...all, "DELETE /auth/sessions/s2": problem(404, "not_found") });
    await screen.findByText("Safari on iPhone");
    await userEvent.setup().click(endButton("Safari on iPhone"));
    expect(await screen.findByText("It had ended already.")).toBeTruthy();
  });

  test("that fails says so in its row, and the session stays listed", async () => {
    await open({ ...all, "DELETE /auth/sessions/s2": problem(500, "internal_error") });
    await screen.findByText("Safari on iPhone");
    await userEvent.setup().click(endButton("Safari on iPhone"));
    expect(within(row("Safari on iPhone")).getByText(/Not ended/)).toBeTruthy();
    expect(endButton("Safari on iPhone")).toBeTruthy();
  });
});

describe("ending the others", () => {
  test("is always offered in its place, but not where there are none", async () => {
    await open({ ...all, "GET /auth/sessions": json({ sessions: [here] }) });
    const button = await screen.findByRole<HTMLButtonElement>("button", { name: "End the others" });
    expect(button.disabled).toBe(true);
    expect(screen.getByText(/You are signed in on this device alone\./)).toBeTruthy();
  });

  test("asks first, names them, and begins on the harmless answer", async () => {
    const asked = await open(all);
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "End the 2 others" }));
    const dialog = screen.getByRole("alertdialog", { name: "End the 2 other sessions?" });
    expect(dialog.textContent).toContain("Safari on iPhone and Chrome on macOS are signed out at once.");
    const keep = within(dialog).getByRole("button", { name: "Keep them" });
    expect(document.activeElement).toBe(keep);
    await user.click(keep);
    expect(screen.queryByRole("alertdialog")).toBeNull();
    expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
  });

  test("leaves each row in place with its result", async () => {
    await open({ ...all, "DELETE /auth/sessions": json({ ended: 2 }) });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "End the 2 others" }));
    await user.click(screen.getByRole("button", { name: "End 2 sessions" }));
    expect(await screen.findAllByText("Ended just now, by you.")).toHaveLength(2);
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });
});

test("a client that ended because its token was copied says so, and what to do", async () => {
  const ended = {
    id: "e1",
    at: new Date().toISOString(),
    name: "session.ended",
    detail: {
      reason: "reuse",
      device: { browser: "", os: "macOS", type: "client" },
      client_id: "port-tools",
      client_name: "Port Tools",
    },
  };
  await open({ ...all, "GET /auth/events": json({ events: [ended], next: null }) });
  const line = (await screen.findByText("Port Tools on macOS")).closest("li");
  expect(line?.textContent).toContain(
    "Ended because a used refresh token came back: someone may have copied it. If you don’t know this device, change your password.",
  );
});

test("sessions that ended in one act are one line", () => {
  const at = new Date().toISOString();
  const event = (id: string, name: string, reason: string, browser: string) => ({
    id,
    at,
    name,
    detail: { reason, device: { browser, os: "Windows", type: "desktop" as const } },
  });
  const lines = together([
    event("5", "password.changed", "", ""),
    event("4", "session.ended", "password_changed", "Chrome"),
    event("3", "session.ended", "password_changed", "Edge"),
    event("2", "session.ended", "signed_out", "Firefox"),
  ]);
  expect(lines.map(({ reason, names }) => ({ reason, names }))).toEqual([
    { reason: "password_changed", names: ["Chrome on Windows", "Edge on Windows"] },
    { reason: "signed_out", names: ["Firefox on Windows"] },
  ]);
});

test("a sign-out here that failed is said", async () => {
  await open({ ...all, "POST /auth/logout": problem(500, "internal") });
  await userEvent.setup().click(await screen.findByRole("button", { name: "Sign out" }));
  expect(await screen.findByRole("alertdialog", { name: "You are not signed out" })).toBeTruthy();
});

test("after a first look that failed, what is asked again does not keep the session alive", async () => {
  const list = [problem(500, "internal"), json({ sessions: [here] })];
  const asked = await open({ ...all, "GET /auth/sessions": list });
  await userEvent.setup().click(await screen.findByRole("button", { name: "Try again" }));
  await screen.findByText("Firefox on Windows");
  const looks = asked.filter(({ path }) => path === "/auth/sessions");
  expect(looks.map(({ headers }) => headers.get("X-Vestibule-Activity"))).toEqual([null, "none"]);
});
