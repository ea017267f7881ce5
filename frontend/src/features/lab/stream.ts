import { connectionLost, NetworkError } from "vestibule-kit";
import type { Line } from "./lines.ts";

/** Reads an answer of JSON lines, and tells those of each piece together, as they come. */
export async function linesOf(answer: Response, tell: (lines: Line[]) => void): Promise<void> {
  const reader = answer.body?.getReader();
  if (!reader) return;
  const text = new TextDecoder();
  let rest = "";
  let ended = false;
  while (!ended) {
    const piece = await reader.read().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      connectionLost();
      throw new NetworkError("The answer broke off.", { cause: error });
    });
    ended = piece.done;
    const parts = (rest + text.decode(piece.value, { stream: !ended })).split("\n");
    rest = parts.pop() ?? "";
    const lines = parts.filter(Boolean).map((part) => JSON.parse(part) as Line);
    if (lines.length > 0) tell(lines);
  }
}
