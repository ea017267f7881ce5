import { expect, test } from "vitest";
import { safeReturnTo } from "./returnTo.ts";

test.each([
  ["/", "/"],
  ["/account/sessions", "/account/sessions"],
  ["/orders?page=2#last", "/orders?page=2#last"],
])("%s is a way back", (asked, to) => {
  expect(safeReturnTo(asked)).toBe(to);
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "\\/evil.example",
  "https://evil.example/",
  "javascript:alert(1)",
  "/\t/evil.example",
  "\n//evil.example",
  "/.//evil.example",
  "/..//evil.example",
  "/a/..//evil.example",
  "evil.example",
  "",
])("%j leads nowhere but to the start", (asked) => {
  expect(safeReturnTo(asked)).toBe("/");
});

test("nothing asked is the start", () => {
  expect(safeReturnTo(null, "/account/")).toBe("/account/");
});
