import { say } from "../words/words.ts";

/** "A", "A and B", "A, B and C", "A, B, C, D and 3 more". */
export function names(all: string[], most = 4): string {
  if (all.length > most + 1) {
    return say("shared.list.more", { shown: joined(all.slice(0, most)), n: all.length - most });
  }
  if (all.length < 2) return all[0] ?? "";
  return say("shared.list.two", { first: joined(all.slice(0, -1)), last: all.at(-1) ?? "" });
}

function joined(all: string[]): string {
  return all.reduceRight((rest, first) => say("shared.list.comma", { first, rest }));
}
