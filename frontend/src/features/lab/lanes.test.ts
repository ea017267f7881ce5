import { expect, test } from "vitest";
import { bins, edges, quantile } from "./histogram.ts";
import { axisTo, lanesOf } from "./lanes.ts";
import { length } from "./length.ts";
import type { Line, Probe } from "./lines.ts";

function probe(lane: Probe["lane"], at_ms: number | null, admitted: boolean): Probe {
  const probe = { kind: "probe" as const, lane, took_ms: 1, status: admitted ? 200 : 401, admitted };
  return at_ms === null ? { ...probe, before: true } : { ...probe, at_ms };
}

test("a lane says when the last one was let in, and from when nobody was", () => {
  const lines: Line[] = [
    probe("cookie", null, true),
    probe("cookie", 1, true),
    probe("feed", 1, true),
    probe("cookie", 4, true),
    probe("cookie", 9, false),
    probe("feed", 12, false),
    probe("feed", 20, true),
  ];
  const [cookie, feed, signature] = lanesOf(lines);
  expect(cookie).toMatchObject({ letIn: 2, lastLetIn: 4, refusedFrom: 9 });
  expect(feed, "a refusal before one that is let in is no end").toMatchObject({
    lastLetIn: 20,
    refusedFrom: null,
  });
  expect(signature).toMatchObject({ letIn: 0, before: [], refusedFrom: null });
});

test("the axis is a logarithm that rises all the way, and holds the last moment", () => {
  const axis = axisTo(330_000);
  const at = [0, 0.5, 1, 10, 1_000, 60_000, 330_000].map(axis.x);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
  expect(at[0]).toBe(axis.end);
  expect(at.at(-1)).toBeLessThan(98.5);
  expect(axis.ticks.map((tick) => tick.milliseconds)).toEqual([1, 10, 100, 1_000, 10_000, 60_000, 300_000]);
  expect(axisTo(930_000).x(930_000)).toBeLessThan(98.5);
});

test("each request is in one bin, however short or long it took", () => {
  const counted = bins([0, 0.001, 0.2, 0.2, 3, 5_000]);
  expect(counted.reduce((sum, bin) => sum + bin.n, 0)).toBe(6);
  expect([counted[0]?.n, counted.at(-1)?.n]).toEqual([2, 1]);
  expect(counted).toHaveLength(edges.length - 1);
  expect([quantile([], 0.5), quantile([3, 1, 2], 0.5)]).toEqual([null, 2]);
});

test.each([
  [0.0031, "0.0031 ms"],
  [0.254, "0.25 ms"],
  [0.996, "1 ms"],
  [9.96, "10 ms"],
  [31.2, "31 ms"],
  [999.7, "1 s"],
  [4_100, "4.1 s"],
  [59_700, "1 min"],
  [252_000, "4 min 12 s"],
])("%s milliseconds are %s", (milliseconds, said) => {
  expect(length(milliseconds)).toBe(said);
});
