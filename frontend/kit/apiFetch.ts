import { begin, type Call, send } from "./http.ts";
import { ApiError } from "./problem.ts";
import { askForProof } from "./proof.ts";
import { askSession, isHereStill, personNow, signedInAgain } from "./session.ts";

/**
 * Sends a request of someone who is signed in, to our own origin, and reads the JSON of the answer;
 * undefined where it has none. It carries what the cross-site rule asks for.
 *
 * What a 401 of Vestibule's says is followed, each once, and then the request is sent again, for the same
 * person only; a service's own 401 is an answer like any other:
 * - in the middle of a rotation a live session gets one too: /auth/session is asked, and where it lives,
 *   that is all;
 * - the session is over: the page shows that, and the request waits until the same person has signed in
 *   in place. Abort it by its signal to stop waiting. What changes something waits ten minutes: what
 *   somebody asked for longer ago is not done behind their back; what is passive does not wait;
 * - a fresh proof is demanded: it is asked for in place (useStepUp).
 *
 * Vestibule refuses what this page asks for someone other than whom the cookie is of by now, and an answer
 * that comes when the person has changed is not given to this page.
 *
 * Rejects with ApiError, NetworkError, ProofDeclined, or the reason of the signal. A request that was refused
 * has done nothing, so sending it again does nothing twice.
 */
export function apiFetch<T>(path: string, call: Call = {}): Promise<T> {
  return asPerson((as) => send<T>(path, as), call);
}

/** The same for an answer that is read as it comes: it is there as soon as it begins. */
export function apiStream(path: string, call: Call = {}): Promise<Response> {
  return asPerson((as) => begin(path, as), call);
}

const longestWait = 10 * 60_000;

async function asPerson<T>(ask: (as: Call) => Promise<T>, call: Call): Promise<T> {
  const { method = "GET", signal } = call;
  const by = personNow();
  const as = by === null ? call : { ...call, headers: { ...call.headers, "X-Vestibule-User": by } };
  const same = () => by === null || personNow() === by;
  const patient = method === "GET" ? Number.POSITIVE_INFINITY : longestWait;
  const left = new Set(["unauthenticated", "step_up_required"]);
  for (;;) {
    const asked = Date.now();
    try {
      const answer = await ask(as);
      if (same()) return answer;
      throw new ApiError(401, "someone_else", "Someone else is here by now.");
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || !left.delete(error.code)) throw error;
      if (error.code === "step_up_required") await askForProof(error, signal);
      else if (!(await livesAgain(by, call)) || Date.now() - asked > patient) throw error;
      if (!same()) throw error;
    }
  }
}

/** Whether there is a session again: for the same person, where the page was somebody's. */
async function livesAgain(by: string | null, { passive, signal }: Call): Promise<boolean> {
  await askSession();
  return by === null || passive ? isHereStill(personNow()) : signedInAgain(by, signal);
}
