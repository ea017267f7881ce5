import { send } from "./http.ts";
import { ApiError, ProofDeclined } from "./problem.ts";
import { askSession, onEnd } from "./session.ts";
import { createStore } from "./store.ts";

/** A question that stands open: someone must prove again that it is them. */
export interface StepUp {
  /** How old a proof may be, in seconds; null where the server did not say. */
  maxAge: number | null;
  /**
   * Gives the proof. Resolves when the server has taken it, and the request that demanded it goes on;
   * rejects with ApiError (`invalid_credentials`, `rate_limited`) or NetworkError, and the question stays.
   */
  prove(password: string): Promise<void>;
  /** Chooses not to. The request rejects with ProofDeclined, and nothing has happened. */
  decline(): void;
}

export const stepUp = createStore<StepUp | null>(null);

let open: Promise<void> | null = null;

/** Asks in place. Resolves when it has been proved, rejects with ProofDeclined when not. One question at a time. */
export function askForProof({ extra }: ApiError): Promise<void> {
  open ??= new Promise<void>((resolve, reject) => {
    const answer = (proved: boolean) => {
      stepUp.set(null);
      open = null;
      leave();
      if (proved) resolve();
      else reject(new ProofDeclined());
    };
    const leave = onEnd(() => answer(false)); // whoever it was asked of is gone
    stepUp.set({
      maxAge: typeof extra.max_age === "number" ? extra.max_age : null,
      decline: () => answer(false),
      async prove(password) {
        try {
          await send<void>("/auth/step-up", { method: "POST", body: { password } });
        } catch (error) {
          if (error instanceof ApiError && error.code === "unauthenticated") await askSession();
          throw error;
        }
        answer(true);
      },
    });
  });
  return open;
}
