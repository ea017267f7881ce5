import { createTranslator } from "use-intl/core";
import type account from "../../words/account.en.ts";
import type admin from "../../words/admin.en.ts";
import type approval from "../../words/approval.en.ts";
import type door from "../../words/door.en.ts";
import type lab from "../../words/lab.en.ts";
import type shared from "../../words/shared.en.ts";
import { keepLanguage, type Language, language, locale } from "./language.ts";

/** The areas of the catalogue; an app adds its own by declaration merging. */
export interface Words {
  shared: typeof shared;
  door: typeof door;
  approval: typeof approval;
  account: typeof account;
  admin: typeof admin;
  lab: typeof lab;
}
export type Area = keyof Words;

/** The other language's side of a catalogue: the same keys. */
export type Same<Catalogue> = {
  readonly [Key in keyof Catalogue]: Catalogue[Key] extends string ? string : Same<Catalogue[Key]>;
};

type Say = ReturnType<typeof createTranslator<Words>>;
type Load = () => Promise<{ default: object }>;

let catalogues: Record<string, Load> = {};
let here = new Set<Area>();
let spoken: Partial<Record<Area, object>> = {};
let translator: Say;
let wanted: Language | null = null;

/**
 * Says what the files of an app's catalogue are, by their names: `…/door.en.ts`. Called once, before
 * anything is drawn.
 */
export function open(files: Record<string, unknown>): void {
  catalogues = Object.fromEntries(
    Object.entries(files).map(([path, load]) => [
      path.replace(/^.*\//, "").replace(/\.ts$/, ""),
      load as Load,
    ]),
  );
  here = new Set();
  take({});
}

/** Loads areas of the catalogue, in the language of the pages, for what is drawn next. */
export async function bring(...areas: Area[]): Promise<void> {
  const missing = areas.filter((area) => !here.has(area));
  if (missing.length === 0) return;
  const now = language.get();
  const loaded = await load(missing, now);
  if (language.get() !== now) return bring(...areas);
  document.documentElement.lang = locale();
  for (const area of missing) here.add(area);
  take({ ...spoken, ...loaded });
}

/**
 * Changes the language of the pages, and keeps it. Nothing changes where the words can't be had, or
 * where another language was chosen meanwhile.
 */
export async function speak(next: Language): Promise<void> {
  wanted = next;
  let loaded: Partial<Record<Area, object>> = {};
  const missing = () => [...here].filter((area) => !(area in loaded)); // more may be brought meanwhile
  while (missing().length > 0) loaded = { ...loaded, ...(await load(missing(), next)) };
  if (wanted !== next) return;
  keepLanguage(next);
  take(loaded, next);
  document.documentElement.lang = locale(next);
  language.set(next);
}

async function load(areas: Area[], language: Language): Promise<Partial<Record<Area, object>>> {
  const loaded = areas.map(async (area) => {
    const found = await catalogues[`${area}.${language}`]?.();
    if (!found) throw new Error(`The catalogue has no ${area}.${language}.`);
    return [area, found.default];
  });
  return Object.fromEntries(await Promise.all(loaded));
}

function take(words: Partial<Record<Area, object>>, language?: Language): void {
  spoken = words;
  translator = createTranslator<Words>({
    locale: locale(language),
    messages: words as Words,
    // No time zone: no message writes a date (format/time.ts does), and asking for it holds up the first page.
    onError: (error) => {
      throw error;
    },
  });
}

/**
 * Words of the catalogue, in the language of the pages: `say("shared.times.in", { n: 3 })`. Only for
 * areas that have been brought. Never call it while a module loads: the words are not there yet. Never
 * keep what it says in a state or a memo: the language may change.
 */
export const say: Say = Object.assign(((...args: Parameters<Say>) => translator(...args)) as Say, {
  rich: (...args: Parameters<Say["rich"]>) => translator.rich(...args),
  markup: (...args: Parameters<Say["markup"]>) => translator.markup(...args),
  has: (...args: Parameters<Say["has"]>) => translator.has(...args),
  raw: (...args: Parameters<Say["raw"]>) => translator.raw(...args),
});
