import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Downstream } from "../../shared/admin/downstreams.ts";
import { renderWithin } from "../../shared/test/render.tsx";
import { admin, json, problem, serve } from "../../shared/test/server.ts";
import { DownstreamsPage } from "./DownstreamsPage.tsx";

const orders: Downstream = {
  name: "orders",
  url: "http://127.0.0.1:9001",
  audience: "urn:orders",
  claims: ["iss", "sub", "email"],
  roles: ["admin"],
  step_up_max_age: 600,
  methods: ["GET"],
  paths: [],
  passive: [],
  redirects: [],
  max_body: 10 * 1024 * 1024,
  header_timeout_ms: 30_000,
  idle_timeout_ms: 300_000,
  open: 2,
  replica: "vm:8080",
  health: {
    state: "down",
    since: "2026-11-24T13:58:00Z",
    last_error: "connection refused",
    requests: 200,
    failures: 200,
    p50_ms: null,
    p99_ms: null,
  },
};

function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve({ "GET /auth/session": json(admin()), ...answers });
  renderWithin("/admin/downstreams", "/admin/downstreams", <DownstreamsPage />);
  return asked;
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now: new Date("2026-11-24T14:02:00Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

test("each service says how it does, since when, what it is sent, and who may ask it for what", async () => {
  open({ "GET /admin/downstreams": json({ downstreams: [orders] }) });
  const text = (await screen.findByRole("region", { name: "orders" })).textContent;
  expect(text).toContain("Down since 13:58");
  expect(text).toContain("The last error: connection refused");
  expect(text).toContain("Errors100 %");
  expect(text).toContain("urn:orders");
  expect(text).toContain("isssubemail");
  expect(text).toContain("Open toAdministrator");
  expect(text).toContain("At most 10 minutes old");
  expect(text).toContain("30 s until an answer begins, 5 minutes between its pieces, 10 MB for a request");
  expect(screen.getByText(/as vm:8080 has seen them\.$/)).toBeTruthy();
});

test("one that is down since another day says since which", async () => {
  const health = { ...orders.health, since: "2026-11-22T13:58:00Z" };
  open({ "GET /admin/downstreams": json({ downstreams: [{ ...orders, health }] }) });
  expect((await screen.findByRole("region", { name: "orders" })).textContent).toContain(
    "Down since 22 November, 13:58",
  );
});

test("one that nobody asked is not called healthy", async () => {
  const health = {
    ...orders.health,
    state: "unknown" as const,
    since: null,
    last_error: null,
    requests: 0,
    failures: 0,
  };
  open({ "GET /admin/downstreams": json({ downstreams: [{ ...orders, roles: [], health }] }) });
  const text = (await screen.findByRole("region", { name: "orders" })).textContent;
  expect(text).toContain("Nobody asked lately");
  expect(text).toContain("Errors–");
  expect(text).toContain("Open toEveryone who is signed in");
});

test("none at all says what would be here", async () => {
  open({ "GET /admin/downstreams": json({ downstreams: [] }) });
  expect(await screen.findByRole("heading", { name: "No downstream is configured" })).toBeTruthy();
});

test("services that can't be had say why", async () => {
  open({ "GET /admin/downstreams": problem(503, "unavailable", {}, { "Retry-After": "9" }) });
  expect(await screen.findByRole("heading", { name: "The downstreams could not be loaded" })).toBeTruthy();
});
