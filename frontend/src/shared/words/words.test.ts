import { afterEach, beforeEach, expect, test } from "vitest";
import { language } from "./language.ts";
import { bring, open, say, speak } from "./words.ts";

/** Catalogues of one word each, which come when they are let go. */
function heldCatalogues() {
  const waiting = new Map<string, () => void>();
  const held = (name: string, words: object) => () =>
    new Promise((resolve) => waiting.set(name, () => resolve({ default: words })));
  open({
    "words/shared.en.ts": async () => ({ default: { loading: "Loading" } }),
    "words/door.en.ts": held("door.en", { code: "Code" }),
    "words/shared.zh.ts": held("shared.zh", { loading: "正在加载" }),
    "words/door.zh.ts": async () => ({ default: { code: "代码" } }),
  });
  return { come: (name: string) => waiting.get(name)?.() };
}

const spoken = () => (say as (key: string) => string)("door.code");

beforeEach(() => localStorage.clear());

afterEach(async () => {
  open(import.meta.glob(["../../words/*.ts", "../../../example/words/*.ts"]));
  language.set("en");
  await bring("shared", "door", "approval", "account", "admin", "example");
});

test("another language is spoken in place, and kept", async () => {
  await speak("zh");
  expect(say("shared.loading")).toBe("正在加载");
  expect(document.documentElement.lang).toBe("zh-CN");
  expect(localStorage.getItem("vestibule.language")).toBe("zh");
  await speak("en");
  expect(say("shared.loading")).toBe("Loading");
  expect(document.documentElement.lang).toBe("en-GB");
});

test("nothing changes, and nothing is kept, where its words can't be had", async () => {
  open({
    "words/shared.en.ts": async () => ({ default: { loading: "Loading" } }),
    "words/shared.zh.ts": () => Promise.reject(new TypeError("Failed to fetch")),
  });
  await bring("shared");
  await expect(speak("zh")).rejects.toThrow("Failed to fetch");
  expect(say("shared.loading")).toBe("Loading");
  expect(language.get()).toBe("en");
  expect(localStorage.length).toBe(0);
});

test("of two that are chosen one after the other, the last is spoken, whichever comes first", async () => {
  const { come } = heldCatalogues();
  await bring("shared");
  const first = speak("zh");
  await speak("en");
  come("shared.zh");
  await first;
  expect(language.get()).toBe("en");
  expect(say("shared.loading")).toBe("Loading");
});

test("an area that is brought while the language changes comes in the language that is spoken then", async () => {
  const { come } = heldCatalogues();
  await bring("shared");
  const brought = bring("door");
  const changed = speak("zh");
  come("shared.zh");
  await changed;
  come("door.en");
  await brought;
  expect(spoken()).toBe("代码");
});

test("an area that was brought before the words of a new language came is not lost", async () => {
  const { come } = heldCatalogues();
  await bring("shared");
  const changed = speak("zh");
  const brought = bring("door");
  come("door.en");
  await brought;
  come("shared.zh");
  await changed;
  expect(spoken()).toBe("代码");
});
