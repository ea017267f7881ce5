import { begin, type Call, send } from "./http.ts";
import { ApiError } from "./problem.ts";
import { askForProof } from "./proof.ts";
import { sessionLives } from "./session.ts";

/** Codes of a 401 that say something else than "there is no session". */
const otherwise = new Set(["invalid_credentials", "mfa_required", "step_up_required"]);

/**
 * Sends a request of someone who is signed in, with the two rules for a 401, each followed once:
 * in the middle of a rotation a live session gets one too, so ask /auth/session, and repeat if it
 * lives; and where a fresh proof is demanded, ask for it in place, and repeat.
 */
export function call<T>(path: string, options: Call = {}): Promise<T> {
  return asSomebody(() => send<T>(path, options));
}

/** The same for an answer that is read as it comes. */
export function follow(path: string, options: Call = {}): Promise<Response> {
  return asSomebody(() => begin(path, options));
}

async function asSomebody<T>(ask: () => Promise<T>): Promise<T> {
  let asked = false;
  let proved = false;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      if (error.code === "step_up_required" && !proved) {
        proved = true;
        await askForProof(error);
      } else if (!otherwise.has(error.code) && !asked) {
        asked = true;
        if (!(await sessionLives())) throw error;
      } else {
        throw error;
      }
    }
  }
}
