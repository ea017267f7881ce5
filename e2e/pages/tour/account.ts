import { agents } from "../../fixtures/agents.ts";
import { letIn } from "../../fixtures/client.ts";
import { signInOnTheWire } from "../../fixtures/person.ts";
import { hold, refuse } from "../../fixtures/play.ts";
import {
  ActivityPage,
  ClientsPage,
  SecurityPage,
  SessionsPage,
  SignedOut,
  StepUpDialog,
} from "../account.ts";
import { NotYours } from "../admin.ts";
import { endElsewhere, type Stop } from "./stop.ts";

/** Every page and state of the account's own pages. The last one is signed out. */
export const account: Stop[] = [
  {
    name: "profile",
    main: true,
    async reach(page) {
      await page.goto("/account/");
      await page.getByRole("heading", { name: "This session" }).waitFor();
    },
  },
  {
    name: "account-loading",
    async reach(page) {
      await hold(page, "/auth/session");
      await page.goto("/account/");
      await page.getByText("Loading").waitFor();
    },
  },
  {
    name: "account-failed",
    async reach(page) {
      await refuse(page, "/auth/session", { status: 500, code: "internal" });
      await page.goto("/account/");
      await page.getByRole("heading", { name: "Your account could not be loaded" }).waitFor();
    },
  },
  {
    name: "sessions",
    main: true,
    async reach(page, person) {
      await signInOnTheWire(person, agents.firefox);
      await signInOnTheWire(person, agents.tablet);
      await signInOnTheWire(person, agents.iphone);
      await new SessionsPage(page).open();
      await new SessionsPage(page).row("iPhone").waitFor();
    },
  },
  {
    name: "sessions-one-ended",
    async reach(page) {
      const sessions = new SessionsPage(page);
      await sessions.endButton("Firefox on Windows").click();
      await sessions.rows.filter({ hasText: "Ended just now, by you." }).waitFor();
    },
  },
  {
    name: "sessions-not-ended",
    async reach(page) {
      await refuse(page, "/auth/sessions/*", { status: 500, code: "internal" });
      const sessions = new SessionsPage(page);
      await sessions.endButton("Safari on iPhone").click();
      await page.getByText("Not ended: something went wrong").waitFor();
    },
  },
  {
    name: "sessions-question",
    over: true,
    async reach(page) {
      await new SessionsPage(page).endOthers.click();
      await new SessionsPage(page).question.waitFor();
    },
  },
  {
    name: "step-up",
    over: true,
    async reach(page) {
      await refuse(page, "/auth/sessions", { status: 401, code: "step_up_required" });
      await new SessionsPage(page).question.getByRole("button", { name: /^End \d+ sessions$/ }).click();
      await new StepUpDialog(page).dialog.waitFor();
    },
  },
  {
    name: "step-up-wrong",
    over: true,
    async reach(page) {
      const stepUp = new StepUpDialog(page);
      await stepUp.password.fill("certainly not the password");
      await stepUp.confirm.click();
      await page.getByText("This is not your password.").waitFor();
    },
  },
  {
    name: "sessions-loading",
    async reach(page) {
      await hold(page, "/auth/sessions");
      await new SessionsPage(page).open();
      await page.getByText("Loading your sessions").waitFor();
    },
  },
  {
    name: "sessions-failed",
    async reach(page) {
      await refuse(page, "/auth/sessions", { status: 500, code: "internal" });
      await new SessionsPage(page).open();
      await page.getByRole("heading", { name: "Your sessions could not be loaded" }).waitFor();
    },
  },
  {
    name: "activity",
    main: true,
    async reach(page) {
      await new ActivityPage(page).open();
      await new ActivityPage(page).lines.first().waitFor();
    },
  },
  {
    name: "activity-none",
    async reach(page) {
      await new ActivityPage(page).filter("Clients").click();
      await page.getByText("Nothing of this kind has happened yet.").waitFor();
    },
  },
  {
    name: "activity-loading",
    async reach(page) {
      await hold(page, "/auth/events");
      await new ActivityPage(page).open();
      await page.getByText("Loading your activity").waitFor();
    },
  },
  {
    name: "activity-failed",
    async reach(page) {
      await refuse(page, "/auth/events", { status: 500, code: "internal" });
      await new ActivityPage(page).open();
      await page.getByRole("heading", { name: "Your activity could not be loaded" }).waitFor();
    },
  },
  {
    name: "clients-none",
    async reach(page) {
      await new ClientsPage(page).open();
      await page.getByText(/No client acts in your name/).waitFor();
    },
  },
  {
    name: "clients",
    main: true,
    async reach(page, person) {
      await letIn(page, person);
      await letIn(page, person);
      await new ClientsPage(page).open();
      await new ClientsPage(page).client("Vestibule CLI").waitFor();
    },
  },
  {
    name: "clients-question",
    over: true,
    async reach(page) {
      await new ClientsPage(page).takeBack("Vestibule CLI").click();
      await new ClientsPage(page).question.waitFor();
    },
  },
  {
    name: "security",
    main: true,
    async reach(page) {
      await new SecurityPage(page).open();
      await new SecurityPage(page).current.waitFor();
    },
  },
  {
    name: "security-errors",
    async reach(page) {
      await new SecurityPage(page).change("certainly not the password", "another fine day for all");
      await page.getByText("This is not your current password.").waitFor();
    },
  },
  {
    name: "security-changed",
    async reach(page, person) {
      const security = new SecurityPage(page);
      const next = `${person.password} anew`;
      await security.change(person.password, next);
      await security.result.waitFor();
      person.password = next;
    },
  },
  {
    name: "admin-not-yours",
    main: true,
    async reach(page) {
      await page.goto("/account/admin");
      await new NotYours(page).heading.waitFor();
    },
  },
  {
    name: "account-signed-out",
    main: true,
    async reach(page, person) {
      await new SessionsPage(page).open();
      await new SessionsPage(page).here.waitFor();
      await endElsewhere(person);
      await new SignedOut(page).heading.waitFor();
    },
  },
];
