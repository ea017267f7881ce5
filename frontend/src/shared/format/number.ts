import { locale } from "../words/language.ts";

/** "1,020"; with so many digits after the point where they are asked for. */
export function number(value: number, digits = 0): string {
  return value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
