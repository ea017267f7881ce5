import { test } from "../fixtures/test.ts";

/** What one measurement found. Times in milliseconds. */
export interface Figure {
  what: string;
  took: number[];
  asked: string;
}

/** Hands a figure to the report. */
export function figure(what: string, took: number[], { asked }: { asked: string }): void {
  const found: Figure = { what, took, asked };
  test.info().annotations.push({ type: "figure", description: JSON.stringify(found) });
}
