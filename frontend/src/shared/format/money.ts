import { locale } from "../words/language.ts";

/** An amount as services send it: decimal text, so that nobody rounds it, or a number. */
export interface Money {
  amount: string | number;
  currency: string;
}

/** "€ 1,240.00": the sign, a space that never breaks, the amount. */
export function money({ amount, currency }: Money, digits = 2): string {
  const parts = new Intl.NumberFormat(locale(), {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).formatToParts(Number(amount));
  const sign = parts.find((part) => part.type === "currency")?.value ?? currency;
  const rest = parts.filter((part) => part.type !== "currency" && part.type !== "literal");
  return `${sign}\u00a0${rest.map((part) => part.value).join("")}`;
}
