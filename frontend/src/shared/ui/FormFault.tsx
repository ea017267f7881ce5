import { ApiError, NetworkError } from "../api/problem.ts";
import { Note } from "./Note.tsx";
import { RetryNote } from "./RetryNote.tsx";

/** What went wrong with a form as a whole; nothing where its fields say it themselves. */
export function FormFault({
  error,
  says,
}: {
  error: Error | null;
  says?: Record<string, [title: string, text?: string]>;
}) {
  if (!error) return null;
  if (error instanceof NetworkError) {
    return (
      <Note kind="danger" title="The server can’t be reached.">
        Nothing was sent. What you typed is still here.
      </Note>
    );
  }
  if (!(error instanceof ApiError)) return <Note kind="danger" title="Something went wrong on this page." />;
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
      <Note kind="danger" title="Something went wrong on the server.">
        Nothing was changed. Try again in a moment.
      </Note>
    );
  }
  return <Note kind="danger" title={error.detail || "The server refused this."} />;
}
