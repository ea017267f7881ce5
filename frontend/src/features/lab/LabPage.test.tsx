import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { renderAt } from "../../shared/test/render.tsx";
import { json, problem, serve } from "../../shared/test/server.ts";
import { LabPage } from "./LabPage.tsx";
import type { Line, Probe, Step, WaySummary } from "./lines.ts";
import { linesOf } from "./stream.ts";
import { findingOf } from "./TheftPanel.tsx";

afterEach(() => {
  vi.restoreAllMocks();
});

const there = json({ service: "lab", database: true });

/** An answer whose lines are sent by hand, piece by piece. */
function wire() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own;
    },
  });
  const text = new TextEncoder();
  return {
    answer: () => new Response(body, { headers: { "content-type": "application/x-ndjson" } }),
    raw: (piece: string) => controller.enqueue(text.encode(piece)),
    say: (...lines: Line[]) =>
      controller.enqueue(text.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))),
    end: () => controller.close(),
  };
}

function halfASecondLater() {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + 500);
}

const probe = (lane: Probe["lane"], at_ms: number, admitted: boolean): Probe => ({
  kind: "probe",
  lane,
  at_ms,
  took_ms: 1,
  status: admitted ? 200 : 401,
  admitted,
});

const ending: Line = {
  kind: "ending",
  at: "2026-11-24T14:02:11.408Z",
  expires_ms: 300_000,
  leeway_over_ms: 330_000,
};

test("where no lab is, the page says where there is one", async () => {
  serve({ "GET /api/lab/": problem(404, "unknown_downstream") });
  renderAt("/lab", <LabPage />);
  expect(await screen.findByRole("heading", { name: "The lab does not run here" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Run" })).toBeNull();
});

test("each experiment says which way it speaks for", async () => {
  serve({ "GET /api/lab/": there });
  renderAt("/lab", <LabPage />);
  const lessons = new Set<string>();
  for (const tab of ["End a session", "What it costs", "How it scales", "Theft", "One request"]) {
    await userEvent.click(await screen.findByRole("button", { name: tab }));
    await screen.findByRole("button", { name: tab, current: true });
    const choose = screen.getByRole("region", { name: "When to choose which" });
    lessons.add(within(choose).getAllByRole("paragraph")[0]?.textContent ?? "");
  }
  expect(lessons.size).toBe(5);
});

test("an end is told as it happens: the answer once two are refused, and until when the third is let in", async () => {
  const run = wire();
  const asked = serve({ "GET /api/lab/": there, "POST /api/lab/runs/revoke": run.answer });
  renderAt("/lab", <LabPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Run" }));
  run.say(ending, probe("cookie", 2, true), probe("feed", 31, true), probe("signature", 40, true));
  await screen.findByText("14:02:11.408 end asked for", { exact: false });
  const status = screen.getByRole("status");
  expect(status.textContent).toBe("The experiment is running.");
  run.say(probe("cookie", 3, false), probe("feed", 36, false), probe("signature", 4_100, true));
  await screen.findByText(/let in for 2 ms, the token with the feed for 31 ms/);
  expect(status.textContent).toContain("until 14:07:41 at the latest");
  const lane = screen.getByRole("region", { name: "Access token, signature alone" });
  expect(within(lane).getByRole("img").getAttribute("aria-label")).toBe(
    "Access token, signature alone: still let in 4.1 s after the end was asked for.",
  );

  await userEvent.click(screen.getByRole("button", { name: "As a table" }));
  expect(screen.getAllByRole("row").map((row) => row.textContent)).toEqual([
    "WayLet in after the endLast one let in afterRefused from",
    "Session cookie12 ms3 ms",
    "Access token, with the feed131 ms36 ms",
    "Access token, signature alone24.1 s–",
  ]);
  halfASecondLater();
  await userEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(await screen.findByRole("button", { name: "Run again" })).toBeTruthy();
  expect(status.textContent).toContain("until 14:07:41 at the latest");
  expect(
    asked.filter(({ path }) => path.startsWith("/api/lab/")).map(({ method, path }) => `${method} ${path}`),
  ).toEqual(["GET /api/lab/", "POST /api/lab/runs/revoke"]);
});

test("the second of two quick clicks stops nothing; a run that is stopped early says so", async () => {
  const run = wire();
  serve({ "GET /api/lab/": there, "POST /api/lab/runs/revoke": run.answer });
  renderAt("/lab", <LabPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Run" }));
  await userEvent.click(screen.getByRole("button", { name: "Stop" }));
  const status = screen.getByRole("status");
  expect(status.textContent).toBe("The experiment is running.");
  halfASecondLater();
  await userEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(status.textContent).toBe("Stopped before anything was measured.");
});

test("what it costs is said from the run’s own figures: a look-up that was not slower is not called so", async () => {
  const way = (p50_ms: number, parts_ms: WaySummary["parts_ms"]): WaySummary => ({
    ...{ p50_ms, p90_ms: p50_ms, p99_ms: p50_ms, most_ms: p50_ms },
    parts_ms,
  });
  const result = (database: number): Line => ({
    kind: "result",
    ways: {
      cookie: way(1.2, { session: 0.01, token: 0.01, upstream: 0.4 }),
      signature: way(0.5, { signature: 0.08 }),
      lookup: way(0.7, { database }),
    },
    lookups_by_outcome: { cache: 1, database: 0, refused: 0 },
    requests: 1,
    bytes: { cookie: 1, token: 1 },
  });
  const [slow, quick] = [wire(), wire()];
  serve({ "GET /api/lab/": there, "POST /api/lab/runs/cost": [slow.answer, quick.answer] });
  renderAt("/lab?show=cost", <LabPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Run" }));
  slow.say(result(0.4));
  slow.end();
  const hop =
    " Whole requests, at the median: 1.2 ms by cookie, which has the hop through Vestibule, and 0.5 ms by signature, straight to the service.";
  await screen.findByText(
    `Knowing who asks took 0.02 ms by cookie, 0.08 ms by signature, and 0.4 ms with a look-up: 5 times as long as the slower of the two.${hop}`,
  );
  await userEvent.click(await screen.findByRole("button", { name: "Run again" }));
  quick.say(result(0.1));
  quick.end();
  await screen.findByText(
    `Knowing who asks took 0.02 ms by cookie, 0.08 ms by signature, and 0.1 ms with a look-up.${hop}`,
  );
});

test("an experiment that can’t go on says why, in the words of the page", async () => {
  const run = wire();
  serve({ "GET /api/lab/": there, "POST /api/lab/runs/theft": run.answer });
  renderAt("/lab?show=theft", <LabPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Run" }));
  run.say({ kind: "failed", code: "replaced", detail: "…" });
  run.end();
  expect((await screen.findByRole("alert")).textContent).toContain("Another experiment of yours has begun");
  expect(screen.getByRole("button", { name: "Run again" })).toBeTruthy();
});

test("lines that come in pieces are read as whole lines", async () => {
  const run = wire();
  const told: Line[] = [];
  const read = linesOf(run.answer(), (lines) => told.push(...lines));
  run.raw('{"kind":"ended",');
  run.raw('"at_ms":4}\n{"kind":"done"}\n');
  run.end();
  await read;
  expect(told).toEqual([{ kind: "ended", at_ms: 4 }, { kind: "done" }]);
});

const step = (scene: Step["scene"], did: Step["did"], status?: number): Step => ({
  kind: "step",
  scene,
  who: "thief",
  did,
  ...(status && { status }),
});

test("no theft is called harmless that was not seen to be", () => {
  const harmless = {
    refresh: [step("refresh", "replayed", 400), step("refresh", "asked_api", 401)],
    database: [step("database", "tried_cookie", 401), step("database", "still_in", 200)],
    token: [step("token", "made_administrator", 401)],
  };
  const harm = {
    refresh: [step("refresh", "replayed", 200), step("refresh", "asked_api", 401)],
    database: [step("database", "tried_cookie", 200), step("database", "still_in", 200)],
    token: [step("token", "made_administrator", 200)],
  };
  for (const scene of ["refresh", "database", "token"] as const) {
    expect(findingOf(scene, harmless[scene]), scene).not.toBe("");
    expect(findingOf(scene, harm[scene]), scene).toBe("");
    expect(findingOf(scene, []), scene).toBe("");
  }
});
