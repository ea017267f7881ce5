import { bring, open } from "../src/shared/words/words.ts";

open({ ...import.meta.glob("../src/words/shared.*.ts"), ...import.meta.glob("./words/*.ts") });

/** The words that stand on the first page, whichever that is. */
export const words: Promise<void> = bring("shared", "example");
