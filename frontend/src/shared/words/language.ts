import { createStore } from "vestibule-kit";

/** The languages of the pages, as they name themselves. */
export const languages = { en: "English", zh: "简体中文" } as const;
export type Language = keyof typeof languages;

/** How dates and numbers are written in each. */
const locales: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

const place = "vestibule.language";

/** What the person chose here, else the first language of the browser that there are pages in, else English. */
function first(): Language {
  const wanted = [chosen(), ...navigator.languages].map((tag) => tag?.split("-")[0]);
  return wanted.find((tag): tag is Language => tag !== undefined && tag in languages) ?? "en";
}

function chosen(): string | null {
  try {
    return localStorage.getItem(place);
  } catch {
    return null; // a browser that keeps nothing
  }
}

/** The language of the pages. It changes by `speak` alone. */
export const language = createStore<Language>(first());

/** Has the choice outlive the page. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(place, language);
  } catch {
    // A browser that keeps nothing asks its own languages again.
  }
}

/** Hears of a language that is chosen in another tab, until the returned function is called. */
export function onChosenElsewhere(hear: (language: Language) => void): () => void {
  const listen = ({ key, newValue }: StorageEvent) => {
    if (key === place && newValue !== null && newValue in languages) hear(newValue as Language);
  };
  window.addEventListener("storage", listen);
  return () => window.removeEventListener("storage", listen);
}

/** The locale for dates and numbers, and for `lang`. */
export function locale(of: Language = language.get()): string {
  return locales[of];
}
