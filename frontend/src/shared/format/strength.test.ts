import { expect, test } from "vitest";
import { strengthOf } from "./strength.ts";

const about = ["Robin Tester", "robin.tester@example.com"];

test("a password that many use is easy, however it is dressed up", () => {
  expect(strengthOf("Password1!Password1!", about).score).toBeLessThan(3);
  expect(strengthOf("aaaaaaaaaaaaaaa", about)).toMatchObject({ score: 0, warning: "simpleRepeat" });
});

test("one's own name counts for nothing", () => {
  const own = strengthOf("robintester-pass", about);
  expect(own.score).toBeLessThan(strengthOf("robintester-pass", []).score);
});

test("a sentence is strong, and a very long one is judged as quickly", () => {
  expect(strengthOf("four ducks ate my green bicycle", about).score).toBe(4);
  expect(strengthOf("x1 y2 ".repeat(2000), about).score).toBeGreaterThan(2);
});
