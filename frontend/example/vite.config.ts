import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../vite.compressed.ts";
import { browsers, resolve, server } from "../vite.shared.ts";
import { words } from "../words.plugin.ts";

/** The example single-page app, at /: what `vestibule dev` serves as the team's own. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  plugins: [words(), react(), compressed()],
  resolve,
  build: { ...browsers, outDir: "../dist/example", emptyOutDir: true },
  server,
});
