import { vi } from "vitest";

/** The browser's end of the stream, as far as the page can see it. */
export class FakeEventSource extends EventTarget {
  static open: FakeEventSource[] = [];
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeEventSource.open.push(this);
  }
  close() {
    this.closed = true;
  }
  say(name: string, data?: string) {
    this.dispatchEvent(data === undefined ? new Event(name) : new MessageEvent(name, { data }));
  }
}

/** Puts a stream into the page that says what a test has it say. Those that were opened, in order. */
export function stubLive(): FakeEventSource[] {
  FakeEventSource.open = [];
  vi.stubGlobal("EventSource", FakeEventSource);
  return FakeEventSource.open;
}

/** One tab per lock: the second waits until the first has left. */
export function stubLocks(): void {
  const waiting = new Map<string, Promise<unknown>>();
  const request = (name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) => {
    const turn = (waiting.get(name) ?? Promise.resolve()).then(() => (signal.aborted ? undefined : work()));
    waiting.set(name, turn);
    return turn;
  };
  vi.stubGlobal("navigator", { onLine: true, locks: { request } });
}

/** A server that takes requests and answers none, and a clock for their time limits that the test moves. */
export function stubSilence(): void {
  vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    const over = new AbortController();
    setTimeout(() => over.abort(new DOMException("", "TimeoutError")), milliseconds);
    return over.signal;
  });
  vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  });
}
