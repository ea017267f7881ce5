import { words } from "./begin.ts";

// The import above is the first, so that the words come while the code of the others is being run.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
await words;
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
