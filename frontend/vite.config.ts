import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./vite.compressed.ts";
import { browsers, server } from "./vite.shared.ts";
import { words } from "./words.plugin.ts";

/** The built-in pages, under /account/. The example app has its own: example/vite.config.ts. */
export default defineConfig({
  base: "/account/",
  plugins: [words(), react(), compressed()],
  build: { ...browsers, outDir: "dist/account", emptyOutDir: true },
  server,
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:8080/account/" } },
    include: ["src/**/*.test.{ts,tsx}", "example/**/*.test.{ts,tsx}"],
    setupFiles: ["src/shared/test/setup.ts"],
    env: { TZ: "UTC" },
    server: { deps: { inline: ["use-intl"] } }, // or the plugin's alias does not reach it
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
