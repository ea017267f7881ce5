import { locale } from "../../src/shared/words/language.ts";

/** A date on the calendar is the same everywhere: it is read and written in UTC. */
function formsIn(locale: string) {
  const form = { day: "numeric", timeZone: "UTC" } as const;
  return {
    long: new Intl.DateTimeFormat(locale, { ...form, weekday: "short", month: "long" }),
    short: new Intl.DateTimeFormat(locale, { ...form, month: "short" }),
  };
}

/** Making a form is dear, and a chart asks for many days whenever the pointer moves. */
const forms = new Map<string, ReturnType<typeof formsIn>>();

function written(date: string, how: "long" | "short"): string {
  const here = forms.get(locale()) ?? formsIn(locale());
  forms.set(locale(), here);
  return date ? here[how].format(new Date(`${date}T00:00:00Z`)) : "";
}

/** "Tue, 24 November" */
export function longDay(date: string): string {
  return written(date, "long");
}

/** "24 Nov" */
export function shortDay(date: string): string {
  return written(date, "short");
}
