import { expect, test } from "vitest";
import { axis } from "./insights/scale.ts";
import { parseServerTiming } from "./timing.ts";

test("an axis begins at zero and ends on a round number at or above the most", () => {
  expect(axis(1020)).toEqual({ top: 1500, lines: [0, 500, 1000, 1500] });
  expect(axis(15)).toEqual({ top: 15, lines: [0, 5, 10, 15] });
  expect(axis(0)).toEqual({ top: 1, lines: [0, 1] });
});

test("Server-Timing is read entry by entry, quoted or not", () => {
  expect(
    parseServerTiming('session;desc="cache, mostly";dur=0.02, token;dur=0.01;desc=cached, bare'),
  ).toEqual([
    { name: "session", desc: "cache, mostly", dur: 0.02 },
    { name: "token", desc: "cached", dur: 0.01 },
  ]);
});
