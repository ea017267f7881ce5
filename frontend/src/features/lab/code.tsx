import type { ReactNode } from "react";
import { say } from "../../shared/words/words.ts";

/** What is the same in all languages: names of the protocol, codes, digests. */
export function code(text: ReactNode): ReactNode {
  return <code>{text}</code>;
}

/** "let in, 200", "refused, 401 unauthenticated" */
export function verdict(status: number, why = ""): ReactNode {
  return status < 400
    ? say("lab.verdict.in", { status })
    : say.rich("lab.verdict.out", { status, why, code });
}
