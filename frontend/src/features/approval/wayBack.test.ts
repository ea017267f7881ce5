import { expect, test } from "vitest";
import { goOnAddress, wayBack } from "./wayBack.ts";

test("this computer is told from other places, however it is named", () => {
  for (const host of ["this computer", "127.0.0.1", "localhost", "[::1]"])
    expect(wayBack(host)).toBe("an app on this computer");
  expect(wayBack("app.example.com")).toBe("app.example.com");
});

test.each(["http://127.0.0.1:18700/callback?code=a&state=b%5C", "https://app.example.com/back?code=a"])(
  "%s is gone on to, as it is",
  (address) => {
    expect(goOnAddress(address)).toBe(address);
  },
);

test.each(["javascript:alert(1)", "data:text/html,a", "vestibule-cli://back", "/account/", ""])(
  "%j is not gone on to",
  (address) => {
    expect(() => goOnAddress(address)).toThrow();
  },
);
