import { onTestFinished } from "vitest";

/** Has the server say something in the page, for the length of a test. */
export function tell(name: string, content: string): void {
  const meta = document.createElement("meta");
  meta.name = name;
  meta.content = content;
  document.head.append(meta);
  onTestFinished(() => meta.remove());
}
