import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { day } from "../../shared/format/units.ts";
import { renderAt } from "../../shared/test/render.tsx";
import { json, noContent, problem, serve } from "../../shared/test/server.ts";
import { ClientsPage } from "./ClientsPage.tsx";

const now = Date.now();
const from = (milliseconds: number) => new Date(now + milliseconds).toISOString();

const session = (sid: string, client_id: string, client_name: string) => ({
  sid,
  kind: client_id ? "client" : "browser",
  current: false,
  device: { browser: "Go-http-client", os: "Linux", type: "client" },
  ip: "192.0.2.61",
  client_id,
  client_name,
  remember: false,
  created_at: from(-2 * day),
  last_seen_at: from(-12 * 60_000),
  idle_expires_at: from(14 * day),
  absolute_expires_at: from(88 * day),
});

const two = {
  sessions: [
    session("b1", "", ""),
    session("c1", "vestibule-cli", "Vestibule CLI"),
    session("c2", "port-tools", "Port Tools"),
    session("c3", "vestibule-cli", "Vestibule CLI"),
  ],
};

test("each client is listed once, with all that it holds; browsers are not", async () => {
  serve({ "GET /auth/sessions": json(two) });
  renderAt("/clients", <ClientsPage />);
  await screen.findByRole("heading", { name: "Port Tools" });
  expect(screen.getAllByRole("heading", { level: 2 }).map((name) => name.textContent)).toEqual([
    "Port Tools",
    "Vestibule CLI",
  ]);
  expect(screen.getAllByText(/^(Vestibule CLI|Port Tools) on Linux, approved/)).toHaveLength(3);
});

test("taking back asks, ends each session of that client alone, and says so", async () => {
  const asked = serve({
    "GET /auth/sessions": [json(two), json({ sessions: two.sessions.slice(0, 1) })],
    "DELETE /auth/sessions/c1": noContent,
    "DELETE /auth/sessions/c3": problem(404, "not_found"),
  });
  renderAt("/clients", <ClientsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Take back what Vestibule CLI may do" }));
  expect(document.activeElement?.textContent).toBe("Keep it");
  await userEvent.click(screen.getByRole("button", { name: "End 2 sessions" }));
  expect(await screen.findByText("Vestibule CLI acts in your name no more.")).toBeTruthy();
  expect(asked.filter(({ method }) => method === "DELETE").map(({ path }) => path)).toEqual([
    "/auth/sessions/c1",
    "/auth/sessions/c3",
  ]);
  expect(await screen.findByText(/No client acts in your name/)).toBeTruthy();
});

test("one that could not be ended is said, and the question stays", async () => {
  serve({ "GET /auth/sessions": json(two), "DELETE /auth/sessions/c2": problem(500, "internal") });
  renderAt("/clients", <ClientsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Take back what Port Tools may do" }));
  await userEvent.click(screen.getByRole("button", { name: "End 1 session" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Something went wrong on the server.");
  expect(screen.queryByText("Port Tools acts in your name no more.")).toBeNull();
});
