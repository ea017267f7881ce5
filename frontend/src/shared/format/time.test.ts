import { describe, expect, test } from "vitest";
import { ago, capital, duration, exact, limit, moment, since, until, wait } from "./time.ts";

const now = new Date("2026-11-24T14:02:11Z");
const at = (iso: string) => new Date(iso);

describe("a moment in words", () => {
  test("is near by its day, and by its date beyond", () => {
    expect(moment(at("2026-11-24T09:12:00Z"), now)).toBe("today, 09:12");
    expect(moment(at("2026-11-23T18:02:00Z"), now)).toBe("yesterday, 18:02");
    expect(moment(at("2026-11-25T02:10:00Z"), now)).toBe("tomorrow, 02:10");
    expect(moment(at("2026-11-20T16:38:00Z"), now)).toBe("20 November, 16:38");
  });

  test("has its year where that is not this one", () => {
    expect(moment(at("2025-12-31T16:38:00Z"), now)).toBe("31 December 2025, 16:38");
  });

  test("is yesterday by the calendar, not by 24 hours", () => {
    expect(moment(at("2026-11-23T23:59:00Z"), at("2026-11-24T00:01:00Z"))).toBe("yesterday, 23:59");
  });

  test("is exact on hover, to the second", () => {
    expect(exact(now)).toBe("24 November 2026, 14:02:11");
  });

  test("says since when in a sentence", () => {
    expect(since(at("2026-11-24T11:38:00Z"), now)).toBe("today, 11:38");
    expect(since(at("2026-11-12T08:15:00Z"), now)).toBe("on 12 November");
  });
});

describe("a time that has passed", () => {
  test("is now for a minute, then counted in the largest unit", () => {
    expect(ago(at("2026-11-24T14:01:30Z"), now)).toBe("now");
    expect(ago(at("2026-11-24T13:59:02Z"), now)).toBe("3 minutes ago");
    expect(ago(at("2026-11-24T13:00:00Z"), now)).toBe("1 hour ago");
    expect(ago(at("2026-11-19T13:00:00Z"), now)).toBe("5 days ago");
  });

  test("is now when the server's clock is a little ahead", () => {
    expect(ago(at("2026-11-24T14:02:13Z"), now)).toBe("now");
  });
});

describe("a time to come", () => {
  test("is minutes below two hours: the minute that has begun counts, so it may come that much sooner", () => {
    expect(until(at("2026-11-24T14:31:40Z"), now)).toBe("in 30 minutes");
    expect(until(at("2026-11-24T14:02:40Z"), now)).toBe("in a minute");
    expect(until(at("2026-11-24T15:33:11Z"), now)).toBe("in 91 minutes");
    expect(until(at("2026-11-24T16:01:11Z"), now)).toBe("in 119 minutes");
  });

  test("is whole hours within a day, so that nothing ends hours before it was said to", () => {
    expect(until(at("2026-11-24T16:02:11Z"), now)).toBe("in 2 hours");
    expect(until(at("2026-11-24T16:50:00Z"), now)).toBe("in 2 hours");
    expect(until(at("2026-11-25T02:02:05Z"), now)).toBe("in 12 hours");
  });

  test("is hours within a day, and a date beyond", () => {
    expect(until(at("2026-11-24T20:02:11Z"), now)).toBe("in 6 hours");
    expect(until(at("2026-12-08T14:02:11Z"), now)).toBe("on 8 December");
  });

  test("is now once it has come", () => {
    expect(until(now, now)).toBe("now");
  });
});

describe("lengths and numbers", () => {
  test("a limit has the largest unit in which it is whole, whatever two clocks differ by", () => {
    const minute = 60_000;
    expect(limit(30 * minute - 3_000)).toBe("30 minutes");
    expect(limit(90 * minute)).toBe("90 minutes");
    expect(limit(12 * 60 * minute + 900)).toBe("12 hours");
    expect(limit(24 * 60 * minute)).toBe("24 hours");
    expect(limit(14 * 24 * 60 * minute)).toBe("14 days");
  });

  test("a wait is in seconds first, and never said too short", () => {
    expect(wait(1)).toBe("1 second");
    expect(wait(28)).toBe("28 seconds");
    expect(wait(121)).toBe("3 minutes");
  });

  test("a length is counted in the largest unit", () => {
    expect([duration(0), duration(1_000), duration(3 * 60_000)]).toEqual([
      "0 seconds",
      "1 second",
      "3 minutes",
    ]);
    expect(capital("today")).toBe("Today");
  });
});
