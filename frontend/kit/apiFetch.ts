import { begin, type Call, send } from "./http.ts";
import { ApiError } from "./problem.ts";
import { askForProof } from "./proof.ts";
import { askSession, isHereStill, personNow, signedInAgain } from "./session.ts";

/** Codes of a 401 that say something else than "there is no session". */
const otherwise = ["invalid_credentials", "mfa_required", "step_up_required"];

/**
 * Sends a request of someone who is signed in, to our own origin, and reads the JSON of the answer;
 * undefined where it has none. It carries what the cross-site rule asks for.
 *
 * What a 401 says is followed, each once, and then the request is sent again, for the same person only:
 * - in the middle of a rotation a live session gets one too: /auth/session is asked, and where it lives,
 *   that is all;
 * - the session is over: the page shows that, and the request waits until the same person has signed in
 *   in place. Abort it by its signal to stop waiting. What changes something waits ten minutes: what
 *   somebody asked for longer ago is not done behind their back;
 * - a fresh proof is demanded: it is asked for in place (useStepUp).
 *
 * Rejects with ApiError, NetworkError, or ProofDeclined. A request that was refused has done nothing, so
 * sending it again does nothing twice.
 */
export function apiFetch<T>(path: string, call: Call = {}): Promise<T> {
  return asPerson(() => send<T>(path, call), call);
}

/** The same for an answer that is read as it comes: it is there as soon as it begins. */
export function apiStream(path: string, call: Call = {}): Promise<Response> {
  return asPerson(() => begin(path, call), call);
}

const longestWait = 10 * 60_000;

async function asPerson<T>(ask: () => Promise<T>, { method = "GET", signal }: Call): Promise<T> {
  const by = personNow();
  const patient = method === "GET" ? Number.POSITIVE_INFINITY : longestWait;
  const left = new Set(["session", "proof"]);
  for (;;) {
    const asked = Date.now();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      if (error.code === "step_up_required" && left.delete("proof")) await askForProof(error);
      else if (otherwise.includes(error.code) || !left.delete("session")) throw error;
      else if (!(await goesOn(by, signal)) || Date.now() - asked > patient) throw error;
      if (by !== null && !isHereStill(by)) throw error;
    }
  }
}

async function goesOn(by: string | null, signal?: AbortSignal): Promise<boolean> {
  await askSession();
  return by === null ? personNow() !== null : signedInAgain(by, signal);
}
