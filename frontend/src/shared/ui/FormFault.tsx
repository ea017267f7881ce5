import { useState } from "react";
import { ApiError, connection, NetworkError, ProofDeclined, useStore } from "vestibule-kit";
import { ofCode, refusal } from "../words/refusal.ts";
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
  if (error instanceof NetworkError) return <NoAnswer />;
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
      <Note kind="danger" title={ofCode(error.code) ?? say("shared.fault.server")}>
        {say("shared.fault.server_text")}
      </Note>
    );
  }
  return <Note kind="danger" title={refusal(error)} />;
}

/**
 * Only a browser that is offline has sent nothing for certain. What is said of the connection is taken
 * back when it is there again; that something may have been done is not.
 */
function NoAnswer() {
  const now = useStore(connection);
  const [sent] = useState(now !== "offline");
  const [lost, setLost] = useState(true);
  if (lost && now === "up") setLost(false);
  if (sent) {
    return (
      <Note kind="danger" title={say(lost ? "shared.fault.away" : "shared.fault.no_answer")}>
        {say("shared.fault.no_answer_text")}
      </Note>
    );
  }
  return (
    lost && (
      <Note kind="danger" title={say("shared.fault.offline")}>
        {say("shared.fault.offline_text")}
      </Note>
    )
  );
}
