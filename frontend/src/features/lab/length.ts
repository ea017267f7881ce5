import { locale } from "../../shared/words/language.ts";
import { say } from "../../shared/words/words.ts";

/** A number and its unit: large and small where the number is the answer. */
export interface Part {
  n: string;
  unit: string;
}

function number(value: number, digits: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** Two digits that mean something: "0.25", "0.003". */
function small(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumSignificantDigits: 2 }).format(value);
}

/** "0.003 ms", "0.38 ms", "2.1 ms", "31 ms", "4.1 s", "4 min 12 s" */
export function partsOf(milliseconds: number): Part[] {
  const ms = Math.max(0, milliseconds);
  if (ms < 0.995) return [{ n: small(ms), unit: say("lab.unit.ms") }];
  if (ms < 999.5) return [{ n: number(ms, ms < 9.95 ? 1 : 0), unit: say("lab.unit.ms") }];
  if (ms < 59_500) return [{ n: number(ms / 1000, ms < 9_950 ? 1 : 0), unit: say("lab.unit.s") }];
  const seconds = Math.round(ms / 1000);
  const whole = { n: number(Math.floor(seconds / 60), 0), unit: say("lab.unit.min") };
  return seconds % 60 === 0 ? [whole] : [whole, { n: number(seconds % 60, 0), unit: say("lab.unit.s") }];
}

/** The same within a sentence. */
export function length(milliseconds: number): string {
  return partsOf(milliseconds)
    .map(({ n, unit }) => `${n} ${unit}`)
    .join(" ");
}

export function count(value: number, digits = 0): string {
  return number(value, digits);
}

/** "14:02:11.408" */
export function preciseClock(at: Date): string {
  return new Intl.DateTimeFormat(locale(), {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  }).format(at);
}

/** "14:07:49" */
export function clockWithSeconds(at: Date): string {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
    at,
  );
}
