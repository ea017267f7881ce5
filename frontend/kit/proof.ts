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
let waiting = 0;

/**
 * Asks in place, one question at a time. Resolves when it has been proved, and when the session is over, of
 * which the request will hear; rejects with ProofDeclined, or with the reason of the signal. The question is
 * gone when nobody waits for it any more.
 */
export async function askForProof(error: ApiError, signal?: AbortSignal): Promise<void> {
  open ??= ask(error);
  waiting++;
  try {
    await Promise.race([open, aborted(signal)]);
  } finally {
    if (!--waiting) stepUp.get()?.decline();
  }
}

function aborted(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const now = () => reject(signal?.reason);
    if (signal?.aborted) now();
    signal?.addEventListener("abort", now);
  });
}

function ask({ extra }: ApiError): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const over = (settle: () => void) => {
      stepUp.set(null);
      open = null;
      leave();
      settle();
    };
    const leave = onEnd(() => over(resolve)); // whoever it was asked of is gone
    stepUp.set({
      maxAge: typeof extra.max_age === "number" ? extra.max_age : null,
      decline: () => over(() => reject(new ProofDeclined())),
      async prove(password) {
        try {
          await send<void>("/auth/step-up", { method: "POST", body: { password } });
        } catch (error) {
          if (error instanceof ApiError && error.code === "unauthenticated") await askSession();
          throw error;
        }
        over(resolve);
      },
    });
  });
}
