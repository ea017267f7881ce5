import type { ApiError } from "./problem.ts";
import { ProofDeclined } from "./problem.ts";
import { createStore } from "./store.ts";

/** A question that stands open: someone must prove again that it is them. */
export interface Question {
  /** How old a proof may be, in seconds. */
  maxAge: number | null;
  answer(proved: boolean): void;
}

export const question = createStore<Question | null>(null);

let open: Promise<void> | null = null;

/** Asks in place. Resolves when it has been proved, rejects with ProofDeclined when not. One question at a time. */
export function askForProof(why: ApiError): Promise<void> {
  open ??= new Promise<void>((resolve, reject) => {
    const maxAge = why.extra.max_age;
    question.set({
      maxAge: typeof maxAge === "number" ? maxAge : null,
      answer(proved) {
        question.set(null);
        open = null;
        if (proved) resolve();
        else reject(new ProofDeclined("No proof was given."));
      },
    });
  });
  return open;
}
