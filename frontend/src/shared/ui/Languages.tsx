import { connectionLost, useStore } from "vestibule-kit";
import { type Language, language, languages, locale } from "../words/language.ts";
import { say, speak } from "../words/words.ts";
import classes from "./Languages.module.css";

/** Has the pages in another language, in place; where its words can't be had, that is said. */
export function choose(next: Language): void {
  speak(next).catch(connectionLost);
}

/** The languages of the pages, each by its own name, for whoever may not read the one that is spoken. */
export function eachLanguage(): { tag: Language; name: string; lang: string }[] {
  return (Object.keys(languages) as Language[]).map((tag) => ({
    tag,
    name: languages[tag],
    lang: locale(tag),
  }));
}

/** The choice of a language where nobody is signed in; whoever is has it in the menu. */
export function Languages() {
  const spoken = useStore(language);
  return (
    <fieldset className={classes.languages} aria-label={say("shared.menu.language")}>
      {eachLanguage().map(({ tag, name, lang }) => (
        <button key={tag} type="button" lang={lang} aria-pressed={tag === spoken} onClick={() => choose(tag)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
