import { readdirSync, readFileSync } from "node:fs";
import { ApiError } from "vestibule-kit";
import { expect, test } from "vitest";
import { fieldFault, refusal } from "./refusal.ts";

const theirs = "In the server's own words.";

/** What a page says of a field that broke a rule, with the rules that people's doings are held against. */
function brokenBy(source: RegExp): { field: string; rule: string }[] {
  const files = readdirSync("../backend/user").filter((name) => /(?<!_test)\.go$/.test(name));
  const go = files.map((name) => readFileSync(`../backend/user/${name}`, "utf8")).join("\n");
  return [...go.matchAll(source)].map(([, field = "", rule = ""]) => ({ field, rule }));
}

const rules = [
  ...brokenBy(/Field\{Name: "?(\w+)"?, Rule: "(\w+)"/g),
  ...brokenBy(/return wrong(\()"(\w+)"/g).map(({ rule }) => ({ field: "email", rule })),
  ...brokenBy(/return broken(\()"(\w+)"/g).map(({ rule }) => ({ field: "password", rule })),
  // What decode.go and query.go hold what is typed against.
  { field: "password", rule: "utf8" },
  { field: "email", rule: "utf8" },
  ...["characters", "too_long", "utf8"].map((rule) => ({ field: "device", rule })),
  { field: "ip", rule: "address" },
].map(({ field, rule }) => ({ field: field === "field" ? "new_password" : field, rule }));

test("the rules are found in what the server is made of", () => {
  expect(rules).toEqual(
    expect.arrayContaining([
      { field: "name", rule: "required" },
      { field: "email", rule: "syntax" },
      { field: "password", rule: "common" },
      { field: "new_password", rule: "unchanged" },
    ]),
  );
});

test.each(rules)("the rule $rule for $field has words", ({ field, rule }) => {
  const error = new ApiError(422, "validation_failed", "", [{ field, rule, message: theirs }]);
  expect(fieldFault(error, field)).not.toBe(theirs);
});

/** What no page of ours says or does, and what those pages say themselves that meet it. */
const elsewhere = [
  /^(ambiguous|malformed|path|head|unsupported|invalid|bad|internal)_/,
  /^(method_not_allowed|gateway_timeout|step_up_required)$/,
  /^(unknown_client|unknown_redirect_uri|unknown_code|key_waiting|key_out)$/,
  /^(rate_limited|busy)$/, // when to try again is said instead
];

const codes = [...readFileSync("openapi.yaml", "utf8").matchAll(/ code:\n\s+enum:([^:]*)\n/g)]
  .flatMap(([, among = ""]) => among.match(/\w+/g) ?? [])
  .filter((code) => !elsewhere.some((other) => other.test(code)));

test.each([...new Set(codes)])("the code %s has words", (code) => {
  expect(refusal(new ApiError(403, code, theirs))).not.toBe(theirs);
});

test("the codes are found in the contract", () => {
  expect(codes).toEqual(expect.arrayContaining(["registration_closed", "last_admin", "unauthenticated"]));
});
