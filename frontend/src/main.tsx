import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { bring, open } from "./shared/words/words.ts";

open(import.meta.glob("./words/*.ts"));
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const [{ App }] = await Promise.all([import("./app/App.tsx"), bring("shared", "door")]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
