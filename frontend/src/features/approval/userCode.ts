/** The letters of a user code: none that looks like another, or makes a word (RFC 8628, 6.1). */
const alphabet = "BCDFGHJKLMNPQRSTVWXZ";
const half = 4;

export const codeLength = 2 * half;

/** What was typed or pasted, read as a code: in any case and width, with whatever stands between. */
export function readCode(typed: string): {
  letters: string;
  /** The first letter or digit that no code has, if there is one. */
  strange: string | null;
} {
  const all = [...typed.normalize("NFKC").toUpperCase()].filter((sign) => /[\p{L}\p{N}]/u.test(sign));
  return {
    letters: all
      .filter((sign) => alphabet.includes(sign))
      .slice(0, codeLength)
      .join(""),
    strange: all.find((sign) => !alphabet.includes(sign)) ?? null,
  };
}

/** "WDJB-MJHT", as devices show it; "WDJB-M" on the way there. */
export function writeCode(letters: string): string {
  return letters.length > half ? `${letters.slice(0, half)}-${letters.slice(half)}` : letters;
}

/** Where the caret stands in what is written, after so many letters. */
export function caretAfter(letters: number): number {
  return letters > half ? letters + 1 : letters;
}
