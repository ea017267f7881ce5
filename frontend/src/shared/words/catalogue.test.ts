import { describe, expect, test } from "vitest";

type Compiled = string | Compiled[] | { [key: string]: Compiled } | number;
const files = import.meta.glob<{ default: Compiled }>(["../../words/*.ts", "../../../example/words/*.*.ts"], {
  eager: true,
});

/** Every message of a catalogue, by its key, with the arguments and tags that it has. */
function messages(of: Compiled, key = ""): [string, string[]][] {
  if (typeof of === "string" || Array.isArray(of)) return [[key, [...new Set(args(of))].sort()]];
  return Object.entries(of).flatMap(([name, below]) => messages(below, `${key}.${name}`));
}

/** icu-minify writes an argument or a tag as a list that begins with its name. */
function args(message: Compiled, within = false): string[] {
  if (Array.isArray(message)) {
    const [first, ...rest] = message;
    if (within && typeof first === "string") return [first, ...rest.flatMap((part) => args(part, true))];
    return message.flatMap((part) => args(part, true));
  }
  return typeof message === "object" ? Object.values(message).flatMap((part) => args(part)) : [];
}

describe.each(Object.keys(files).filter((path) => path.endsWith(".en.ts")))("%s", (path) => {
  const english = messages(files[path]?.default ?? "");
  const chinese = new Map(messages(files[path.replace(".en.", ".zh.")]?.default ?? ""));

  // Chinese has no plural: where English counts, it may leave the number out.
  test("says the same in Chinese: each message has the arguments and tags of the other", () => {
    for (const [key, args] of english) {
      const others = chinese.get(key) ?? ["nothing at all"];
      expect(others, key).toEqual(args.filter((arg) => arg !== "n" || others.includes(arg)));
    }
  });
});

/** The text of a message, without its arguments and the names of its tags. */
function literals(message: Compiled, within = false): string {
  if (typeof message === "string") return message;
  if (Array.isArray(message))
    return message
      .slice(within ? 1 : 0)
      .map((part) => literals(part, Array.isArray(part)))
      .join("");
  return typeof message === "object"
    ? Object.values(message)
        .map((branch) => literals(branch))
        .join("")
    : "";
}

function texts(of: Compiled, key = ""): [string, string][] {
  if (typeof of === "string" || Array.isArray(of)) return [[key, literals(of)]];
  return Object.entries(of).flatMap(([name, below]) => texts(below, `${key}.${name}`));
}

const inNoLanguage = ["you@example.com", "ms", " B", "KB", "MB", "GB", "Vestibule"];

test.each(Object.keys(files).filter((path) => path.endsWith(".zh.ts")))("%s is in Chinese", (path) => {
  for (const [key, text] of texts(files[path]?.default ?? "")) {
    if (/\p{L}/u.test(text) && !inNoLanguage.some((same) => text.includes(same)))
      expect(text, key).toMatch(/\p{Script=Han}/u);
  }
});
