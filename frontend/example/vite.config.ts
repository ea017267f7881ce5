import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../vite.compressed.ts";
import { hinted } from "../vite.hinted.ts";
import { browsers, resolve } from "../vite.shared.ts";
import { words } from "../words.plugin.ts";

/** The example single-page app, at /: what `vestibule dev` serves as the team's own. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  plugins: [words(), react(), hinted("react", "begin", "first"), compressed()],
  resolve,
  build: { ...browsers, outDir: "../dist/example", emptyOutDir: true },
  // Not localhost: browsers send our cookie to every port of that, should someone open this one by itself.
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
});
