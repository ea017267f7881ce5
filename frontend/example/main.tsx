import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { bring, open } from "../src/shared/words/words.ts";

open({ ...import.meta.glob("../src/words/shared.*.ts"), ...import.meta.glob("./words/*.ts") });
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const [{ App }] = await Promise.all([import("./App.tsx"), bring("shared", "example")]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
