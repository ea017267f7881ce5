import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { forgetEverything } from "../testing.ts";
import { cut } from "./server.ts";

// No test asks a server that happens to run on this machine.
beforeEach(() => {
  vi.stubGlobal("fetch", cut);
});

afterEach(() => {
  cleanup();
  forgetEverything();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
