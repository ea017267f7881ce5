import type { Page } from "@playwright/test";
import {
  askedByDevice,
  askedByPartner,
  askedHere,
  authorizePath,
  heldByClient,
  playWayBack,
  userCode,
} from "../../fixtures/asked.ts";
import { answer, hold, refuse } from "../../fixtures/play.ts";
import { SessionsPage } from "../account.ts";
import { Approval, DevicePage } from "../approval.ts";
import type { Stop } from "./stop.ts";

const client = askedHere.client.name;

/** Opens the page on which a client asks by way of the browser. */
async function ask(page: Page, asked = askedHere): Promise<Approval> {
  await answer(page, "/oauth/authorize", asked);
  await page.goto(authorizePath);
  await new Approval(page).question(asked.client.name).waitFor();
  return new Approval(page);
}

/** Opens the page on which a device asks by its code. */
async function askByCode(page: Page): Promise<Approval> {
  await answer(page, "/oauth/device", askedByDevice());
  const device = new DevicePage(page);
  await device.open(userCode);
  await device.submit.click();
  await new Approval(page).question(client).waitFor();
  return new Approval(page);
}

/** The browser sends a client's question here. */
const authorize: Stop[] = [
  {
    name: "authorize",
    main: true,
    async reach(page) {
      await ask(page);
    },
  },
  {
    name: "authorize-partner",
    async reach(page) {
      await ask(page, askedByPartner);
    },
  },
  {
    name: "authorize-loading",
    async reach(page) {
      await hold(page, "/oauth/authorize");
      await page.goto(authorizePath);
      await page.getByText("Loading").waitFor();
    },
  },
  {
    name: "authorize-failed",
    async reach(page) {
      await refuse(page, "/oauth/authorize", { status: 500, code: "internal" });
      await page.goto(authorizePath);
      await page.getByRole("heading", { name: "What it asks for could not be loaded" }).waitFor();
    },
  },
  {
    name: "authorize-no-password",
    async reach(page) {
      await (await ask(page)).approveButton.click();
      await page.getByText("Enter your password.").waitFor();
    },
  },
  {
    name: "authorize-wrong",
    async reach(page) {
      const approval = await ask(page);
      await refuse(page, "/oauth/authorize", { status: 401, code: "invalid_credentials" });
      await approval.approve("certainly not the password");
      await page.getByText("This is not your password.").waitFor();
    },
  },
  {
    name: "authorize-limited",
    async reach(page, { password }) {
      const approval = await ask(page);
      await refuse(page, "/oauth/authorize", { status: 429, code: "rate_limited", retryAfter: 240 });
      await approval.approve(password);
      await approval.alert.getByText("Too many attempts.").waitFor();
    },
  },
  {
    name: "authorize-unreachable",
    over: true,
    async reach(page, { password }) {
      const approval = await ask(page);
      await page.route("/auth/*", (route) => route.abort());
      await page.route("/oauth/*", (route) => route.abort());
      await approval.approve(password);
      await approval.alert.getByText("The server can’t be reached.").waitFor();
    },
  },
  {
    name: "authorize-approved",
    main: true,
    async reach(page, { password }) {
      const approval = await ask(page);
      await playWayBack(page);
      await approval.approve(password);
      await approval.approved(client).waitFor();
    },
  },
  {
    name: "authorize-denied",
    async reach(page) {
      const approval = await ask(page);
      await playWayBack(page);
      await approval.denyButton.click();
      await approval.denied(client).waitFor();
    },
  },
  {
    name: "authorize-unknown-client",
    main: true,
    async reach(page) {
      await page.goto("/account/authorize?problem=unknown_client");
      await page.getByRole("heading", { name: "This client is not known here" }).waitFor();
    },
  },
  {
    name: "authorize-unknown-way-back",
    async reach(page) {
      await page.goto("/account/authorize?problem=unknown_redirect_uri");
      await page.getByRole("heading", { name: "The way back is not known here" }).waitFor();
    },
  },
  {
    name: "authorize-invalid",
    async reach(page) {
      const detail = "The code_challenge_method is not S256.";
      await refuse(page, "/oauth/authorize", { status: 400, code: "invalid_request", detail });
      await page.goto(authorizePath);
      await page.getByText(detail).waitFor();
    },
  },
];

/** A device shows a code, which is entered here. */
const device: Stop[] = [
  {
    name: "device",
    main: true,
    async reach(page) {
      await new SessionsPage(page).open();
      await page.getByRole("link", { name: "Connect a device with a code" }).click();
      await new DevicePage(page).code.waitFor();
    },
  },
  {
    name: "device-code-came",
    async reach(page) {
      await new DevicePage(page).open(userCode);
      await new DevicePage(page).code.waitFor();
    },
  },
  {
    name: "device-loading",
    async reach(page) {
      await hold(page, "/auth/session");
      await new DevicePage(page).open();
      await page.getByText("Loading").waitFor();
    },
  },
  {
    name: "device-strange-letter",
    async reach(page) {
      await new DevicePage(page).open();
      await new DevicePage(page).code.fill("WDJ0");
      await page.getByText("“0” can’t be in a code").waitFor();
    },
  },
  {
    name: "device-too-short",
    async reach(page) {
      await new DevicePage(page).open();
      await new DevicePage(page).enter("WDJB");
      await page.getByText("Enter all eight letters").waitFor();
    },
  },
  {
    name: "device-unknown-code",
    async reach(page) {
      await refuse(page, "/oauth/device", { status: 404, code: "unknown_code" });
      await new DevicePage(page).open();
      await new DevicePage(page).enter(userCode);
      await page.getByText("This code is not known").waitFor();
    },
  },
  {
    name: "device-limited",
    async reach(page) {
      await refuse(page, "/oauth/device", { status: 429, code: "rate_limited", retryAfter: 240 });
      await new DevicePage(page).open();
      await new DevicePage(page).enter(userCode);
      await new DevicePage(page).alert.getByText("Too many attempts.").waitFor();
    },
  },
  {
    name: "device-asked",
    main: true,
    async reach(page) {
      await askByCode(page);
    },
  },
  {
    name: "device-approved",
    async reach(page, { password }) {
      const approval = await askByCode(page);
      await page.route("/oauth/device", (route) => route.fulfill({ status: 204 }));
      await approval.approve(password);
      await approval.approved(client).waitFor();
    },
  },
  {
    name: "device-denied",
    async reach(page) {
      const approval = await askByCode(page);
      await page.route("/oauth/device", (route) => route.fulfill({ status: 204 }));
      await approval.denyButton.click();
      await approval.denied(client).waitFor();
    },
  },
];

/** Where what was approved is listed, and can be ended. */
const listed: Stop = {
  name: "sessions-client",
  main: true,
  async reach(page) {
    const { sessions, events } = heldByClient();
    await answer(page, "/auth/sessions", sessions);
    await answer(page, "/auth/events", events);
    await new SessionsPage(page).open();
    await new SessionsPage(page).row(`${client} on Linux`).waitFor();
    await new SessionsPage(page).lately.waitFor();
  },
};

/** Every page and state on which a client is approved. What clients ask for is played. */
export const approval: Stop[] = [...authorize, ...device, listed];
