import { expect, test } from "vitest";
import { here, safeReturnTo } from "./returnTo.ts";

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

test("every address that is open leads back, whatever its query holds", () => {
  window.history.replaceState(null, "", "/account/authorize?state=a\\b&redirect_uri=http%3A%2F%2F127.0.0.1");
  expect(safeReturnTo(here())).toBe("/account/authorize?state=a%5Cb&redirect_uri=http%3A%2F%2F127.0.0.1");
  window.history.replaceState(null, "", "/account/");
});
