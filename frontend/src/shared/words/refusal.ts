import { ApiError } from "vestibule-kit";
import { say } from "./words.ts";

/** Words whose key came from the server; null where the catalogue has none. */
function known(key: string): string | null {
  const asked = key as Parameters<typeof say.has>[0];
  return say.has(asked) ? (say as (key: string) => string)(asked) : null;
}

/** Whether the server refused with this code. */
export function isRefusal(error: Error | null | undefined, code: string): boolean {
  return error instanceof ApiError && error.code === code;
}

/** What a code of the server's means; null where it is new to the page. */
export function ofCode(code: string): string | null {
  return known(`shared.codes.${code}`);
}

/** Why the server refused, by its code; in its own words where the code is new to the page. */
export function refusal({ code, detail }: ApiError): string {
  return ofCode(code) ?? (detail || say("shared.fault.refused"));
}

/** What is wrong with one field of a form, by the rule that it broke; null where nothing is. */
export function fieldFault(error: unknown, field: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const broken = error.fields.find((fault) => fault.field === field);
  if (!broken) return null;
  const kind = field.replace(/^(new|current)_/, "");
  return (
    known(`shared.rules.${kind}.${broken.rule}`) ?? known(`shared.rules.any.${broken.rule}`) ?? broken.message
  );
}
