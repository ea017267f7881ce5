import { bring, open } from "./shared/words/words.ts";

open(import.meta.glob("./words/*.ts"));

/** The words that stand on the first page, whichever that is. */
export const words: Promise<void> = bring("shared", "door");
