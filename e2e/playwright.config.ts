import { chmodSync, existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

// Ports below 32768, where the system takes none for itself.
const port = Number(process.env.E2E_PORT ?? 18480);
process.env.E2E_PORT = String(port);
// Two replicas on one database; the browsers' connections go to them in turn.
process.env.E2E_REPLICAS = `${port},${port + 2}`;
// A database of this run's own, gone with it. Started by root, PostgreSQL runs as someone else, who
// has to get into the folder.
let sweep = "";
if (!process.env.E2E_DATA) {
  process.env.E2E_DATA = mkdtempSync(join(tmpdir(), "vestibule-e2e-"));
  chmodSync(process.env.E2E_DATA, 0o755);
  sweep = '; rm -rf "$VESTIBULE_DATA_DIR"';
}
// Another program than the one that `make build` makes: to see the journeys fail where a guard is missing.
const program = process.env.E2E_PROGRAM ?? "../bin/vestibule";
const origin = `http://localhost:${port}`;

// The pop-ups of the address bar are pages of their own, in each window: a third of all work, for nobody.
const drawnForNobody = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"];
// The last switch of its name wins, so what Playwright disables itself is said once more (1.65.1,
// chromiumSwitches.ts).
const playwrightDisables = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "TcpPortRandomizationWin",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];

// The headless shell is Chromium without its windows: the journeys take a fifth less time in it.
const installed = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
const chromium = process.env.CHROMIUM ?? installed.find((path) => existsSync(path)) ?? "/usr/bin/chromium";

// `npm run bench`: the figures of pages, one after the other.
const measuring = !!process.env.E2E_BENCH;

export default defineConfig({
  testDir: measuring ? "bench" : "journeys",
  outputDir: "test-results",
  fullyParallel: true,
  workers: measuring ? 1 : 2,
  forbidOnly: !!process.env.CI,
  reporter: measuring
    ? [["list"], ["./bench/report.ts"]]
    : process.env.CI
      ? [["list"]]
      : [["list"], ["html", { open: "never" }]],
  timeout: measuring ? 300_000 : 60_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: origin,
    // A trace makes each journey half as long again: for when one fails and the screenshot does not say why.
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    contextOptions: { reducedMotion: "reduce" }, // what moves is drawn sixty times a second
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--disable-features=${[...playwrightDisables, ...drawnForNobody].join(",")}`,
      ],
    },
  },
  webServer: [
    {
      command: `trap : TERM INT; ${program} dev${sweep}`,
      url: `${origin}/account/sign-in`,
      ...server(port),
      env: { ...server(port).env, VESTIBULE_PUBLIC_URL: origin, VESTIBULE_DATA_DIR: process.env.E2E_DATA },
    },
    {
      command: `exec ${program} serve --config ${process.env.E2E_DATA}/vestibule.yaml`,
      url: `http://localhost:${port + 2}/account/sign-in`,
      ...server(port + 2),
      env: { ...server(port + 2).env, VESTIBULE_UI_APP: "../frontend/dist/example" },
    },
  ],
});

function server(listen: number) {
  return {
    timeout: 90_000,
    gracefulShutdown: { signal: "SIGTERM" as const, timeout: 20_000 },
    stdout: "ignore" as const,
    stderr: "pipe" as const,
    env: { VESTIBULE_LISTEN: `127.0.0.1:${listen}`, VESTIBULE_INTERNAL_LISTEN: `127.0.0.1:${listen + 1}` },
  };
}
