import { say } from "../words/words.ts";

/** The rules for a password that a page can judge while one types (NIST SP 800-63B-4, 3.1.1.2). */
export const passwordLeast = 15;
export const passwordMost = 128;

/** Characters as the server counts them: code points after NFC. */
export function passwordLength(password: string): number {
  return [...password.normalize("NFC")].length;
}

export interface Rule {
  text: string;
  met: boolean;
}

/** The rules as they stand for what has been typed. The blocklist is the server's: it answers on saving. */
export function passwordRules(
  password: string,
  about: { email: string; name: string; current?: string },
): Rule[] {
  const length = passwordLength(password);
  const typed = length > 0;
  const long = length >= passwordLeast && length <= passwordMost;
  const rules = [
    {
      text: lengthRule(length),
      met: long,
    },
    { text: say("shared.password.not_yours"), met: typed && !madeOf(password, [about.name, about.email]) },
  ];
  if (about.current !== undefined) {
    rules.push({
      text: say("shared.password.not_current"),
      met: typed && password.normalize("NFC") !== about.current.normalize("NFC"),
    });
  }
  return rules;
}

function lengthRule(length: number): string {
  if (length > passwordMost) return say("shared.password.at_most", { n: passwordMost, length });
  if (length > 0 && length < passwordLeast)
    return say("shared.password.so_far", { n: passwordLeast, length });
  return say("shared.password.at_least", { n: passwordLeast });
}

/** Whether a password is nothing but one of these words, once or repeated, with digits or signs around. */
function madeOf(password: string, about: string[]): boolean {
  const fold = (text: string) => text.normalize("NFKC").toLowerCase();
  const whole = fold(password);
  const words = about.flatMap((text) => [
    fold(text),
    fold(text).split("@")[0] ?? "",
    fold(text).replaceAll(" ", ""),
  ]);
  return words.some((word) => {
    if (word.length < 4) return false;
    const rest = whole.replaceAll(word, "");
    return rest !== whole && !/\p{L}/u.test(rest);
  });
}
