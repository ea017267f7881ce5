import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./vite.compressed.ts";
import { browsers } from "./vite.shared.ts";

/** The built-in pages, under /account/. The example app has its own: example/vite.config.ts. */
export default defineConfig({
  base: "/account/",
  plugins: [react(), compressed()],
  build: { ...browsers, outDir: "dist/account", emptyOutDir: true },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:8080/account/" } },
    include: ["src/**/*.test.{ts,tsx}", "example/**/*.test.{ts,tsx}"],
    setupFiles: ["src/shared/test/setup.ts"],
    env: { TZ: "UTC" },
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
