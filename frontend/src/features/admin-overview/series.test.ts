import { expect, test } from "vitest";
import type { Sample } from "../../shared/api/contract.ts";
import { merged, minutes, steps, ticks } from "./series.ts";

const start = Date.parse("2026-11-24T14:00:00Z");

function sample(seconds: number, over: Partial<Sample> = {}): Sample {
  return {
    at: new Date(start + seconds * 1_000).toISOString(),
    sessions_browser: null,
    sessions_client: null,
    sign_ins: 0,
    sign_in_failures: 0,
    exchanges: 0,
    lookups_cache: 0,
    lookups_database: 0,
    lookups_refused: 0,
    revocations: 0,
    revocation_delay_p50_ms: null,
    revocation_delay_p99_ms: null,
    ...over,
  };
}

test("what is told again replaces what was told before, and what is older than the window goes", () => {
  const before = [sample(0), sample(5), sample(10, { exchanges: 1 })];
  const heard = [sample(10, { exchanges: 3 }), sample(15)];
  const all = merged(before, heard, start + 5_000);
  expect(all.map(({ at, exchanges }) => [(Date.parse(at) - start) / 1_000, exchanges])).toEqual([
    [5, 0],
    [10, 3],
    [15, 0],
  ]);
});

test("rates are a second: of five seconds, and of several samples together", () => {
  const samples = [sample(0, { exchanges: 10 }), sample(5, { exchanges: 20 })];
  expect(steps(samples, 5, 5).map(({ exchanges }) => exchanges)).toEqual([2, 4]);
  expect(steps(samples, 5, 30).map(({ exchanges }) => exchanges)).toEqual([3]);
});

test("where nothing was heard there is a gap, and no nought", () => {
  const [, gap] = steps([sample(0, { exchanges: 5 }), sample(10, { exchanges: 5 })], 5, 5);
  expect(gap).toMatchObject({ at: start + 5_000, exchanges: null, cache: null, p99: null });
});

test("of delays the worst counts, and of sessions the last that was counted", () => {
  const samples = [
    sample(0, { revocation_delay_p50_ms: 2, revocation_delay_p99_ms: 31, sessions_browser: 100 }),
    sample(5, { revocation_delay_p50_ms: 3, revocation_delay_p99_ms: 9, sessions_browser: 101 }),
    sample(10),
  ];
  expect(steps(samples, 5, 30)[0]).toMatchObject({ p50: 3, p99: 31, browser: 101, client: null });
});

test("sign-ins are counted by the minute, through the window: a part of one is left out, and what was not heard is no nought", () => {
  const samples = [
    sample(50, { sign_ins: 9 }),
    sample(125, { sign_ins: 2 }),
    sample(170, { sign_ins: 1, sign_in_failures: 4 }),
  ];
  expect(minutes(samples, [start + 45_000, start + 180_000])).toEqual([
    { at: start + 60_000, signedIn: null, failed: null },
    { at: start + 120_000, signedIn: 3, failed: 4 },
    { at: start + 180_000, signedIn: null, failed: null },
  ]);
});

test("times below a drawing are whole minutes at even steps, in a window of any beginning", () => {
  const shown = (from: number, minutes: number) =>
    ticks([from, from + minutes * 60_000]).map((at) => new Date(at).toISOString().slice(11, 19));
  expect(shown(start + 97_000, 15)).toEqual(["14:03:00", "14:06:00", "14:09:00", "14:12:00", "14:15:00"]);
  expect(shown(start + 97_000, 60)).toEqual(["14:15:00", "14:30:00", "14:45:00", "15:00:00"]);
});
