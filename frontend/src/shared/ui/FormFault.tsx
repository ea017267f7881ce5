import { ApiError, NetworkError, ProofDeclined } from "vestibule-kit";
import { refusal } from "../words/refusal.ts";
import { say } from "../words/words.ts";
import { Note } from "./Note.tsx";
import { RetryNote } from "./RetryNote.tsx";

/**
 * What went wrong with a form as a whole; nothing where its fields say it themselves, or where one
 * chose not to prove who one is.
 */
export function FormFault({
  error,
  says,
}: {
  error: Error | null;
  says?: Record<string, [title: string, text?: string]>;
}) {
  if (!error || error instanceof ProofDeclined) return null;
  if (error instanceof NetworkError) {
    return (
      <Note kind="danger" title={say("shared.fault.away")}>
        {say("shared.fault.away_text")}
      </Note>
    );
  }
  if (!(error instanceof ApiError)) return <Note kind="danger" title={say("shared.fault.page")} />;
  const own = says?.[error.code];
  if (own) {
    return (
      <Note kind="danger" title={own[0]}>
        {own[1]}
      </Note>
    );
  }
  if (error.retryAfter) return <RetryNote error={error} />;
  if (error.fields.length > 0) return null;
  if (error.status >= 500) {
    return (
      <Note kind="danger" title={say("shared.fault.server")}>
        {say("shared.fault.server_text")}
      </Note>
    );
  }
  return <Note kind="danger" title={refusal(error)} />;
}
