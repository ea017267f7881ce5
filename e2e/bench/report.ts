import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import type { Figure } from "./figure.ts";

/** Writes the figures of a whole run to backend/bench/PAGES.md. A run in which something failed writes nothing. */
export default class Report implements Reporter {
  private readonly rows: string[] = [];

  onTestEnd(_: TestCase, { annotations }: TestResult): void {
    for (const { type, description = "" } of annotations)
      if (type === "figure") this.rows.push(row(JSON.parse(description)));
  }

  onEnd({ status }: FullResult): void {
    if (status !== "passed") return;
    const page = `# Results of \`make bench\`: pages

Written by \`e2e/bench\`; not to be edited. ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC; ${cpus().length} cores, ${cpus()[0]?.model}; two replicas, PostgreSQL and
Chromium on it.

| | found | asked for |
|---|---|---|
${this.rows.join("\n")}
`;
    writeFileSync("../backend/bench/PAGES.md", page);
    process.stdout.write(`\n${page}`);
  }
}

function row({ what, took, asked }: Figure): string {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN);
  return `| ${what}, ${took.length} times | median ${at(0.5)} ms, most ${at(1)} ms | ${asked} |`;
}
