import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as everywhere } from "@zxcvbn-ts/language-common";
import commonWords from "@zxcvbn-ts/language-en/dist/commonWords.json.mjs";
import firstnames from "@zxcvbn-ts/language-en/dist/firstnames.json.mjs";

/** How hard a password is to guess, 0 to 4, and the key of the reason where it is easy. */
export interface Strength {
  score: 0 | 1 | 2 | 3 | 4;
  warning: string | null;
}

// Its dictionaries are large: this module is only loaded while somebody makes a new password, and of the
// English ones the two that are half of them, surnames and Wikipedia's rarer words, are left out.
const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...everywhere, "commonWords-en": commonWords, "firstnames-en": firstnames },
  graphs: adjacencyGraphs,
});

/** zxcvbn's time grows with the length; what is longer is strong by its length alone. */
const longEnough = 64;

/** Judges a password as one who guesses would, who knows what it is for and whose it is. */
export function strengthOf(password: string, about: string[]): Strength {
  const words = about
    .flatMap((text) => [text, text.replaceAll(" ", ""), ...text.split(/[@.\s]+/)])
    .filter((word) => word.length > 2);
  const { score, feedback } = zxcvbn.check(password.slice(0, longEnough), [...words, "vestibule"]);
  return { score, warning: feedback.warning };
}
