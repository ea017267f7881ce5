import { expect, test } from "vitest";
import { caretAfter, readCode, writeCode } from "./userCode.ts";

test.each([
  "WDJB-MJHT",
  "wdjbmjht",
  " wdjb mjht ",
  "W-D-J-B–M.J.H.T",
  "ＷＤＪＢ－ＭＪＨＴ",
  "wdjb-mjht-wdjb",
])("%j is WDJB-MJHT", (typed) => {
  const { letters } = readCode(typed);
  expect(writeCode(letters)).toBe("WDJB-MJHT");
});

test("the dash comes with the fifth letter, and goes with it", () => {
  expect(["", "W", "WDJB", "WDJBM"].map(writeCode)).toEqual(["", "W", "WDJB", "WDJB-M"]);
  expect([0, 4, 5, 8].map(caretAfter)).toEqual([0, 4, 6, 9]);
});

test.each([
  ["wd0b", "WDB", "0"],
  ["wdyb", "WDB", "Y"],
  ["äwdjb", "WDJB", "Ä"],
  ["wdjb", "WDJB", null],
  ["wd-jb!", "WDJB", null],
])("of %j %s is kept, and %j is in no code", (typed, letters, strange) => {
  expect(readCode(typed)).toEqual({ letters, strange });
});
