import { useEffect } from "react";
import { useStore } from "vestibule-kit";
import { type Language, language, onChosenElsewhere } from "../words/language.ts";
import { choose } from "./Languages.tsx";

/** The language of the pages, for what draws all of them: one that is chosen in another tab is spoken here too. */
export function useLanguage(): Language {
  useEffect(() => onChosenElsewhere(choose), []);
  return useStore(language);
}
