import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { connection } from "../api/connection.ts";
import { question } from "../api/proof.ts";
import { forgetWho } from "../api/session.ts";
import { bring, open } from "../words/words.ts";

open(import.meta.glob(["../../words/*.ts", "../../../example/words/*.ts"]));
await bring("shared", "door", "approval", "account", "admin", "lab", "example");

// The words for times are in the zone of the device; tests have one of their own.
process.env.TZ = "UTC";

beforeEach(() => {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
});

afterEach(() => {
  cleanup();
  forgetWho();
  connection.set("up");
  question.get()?.answer(false);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
