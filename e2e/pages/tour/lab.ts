import { hold, refuse } from "../../fixtures/play.ts";
import { LabPage } from "../lab.ts";
import type { Stop } from "./stop.ts";

/** The lab, and each of its experiments with what has come of it. */
export const lab: Stop[] = [
  {
    name: "lab-not-here",
    async reach(page) {
      await refuse(page, "/api/lab/", { status: 404, code: "unknown_downstream" });
      await page.goto("/account/lab");
      await page.getByRole("heading", { name: "The lab does not run here" }).waitFor();
    },
  },
  {
    name: "lab",
    main: true,
    async reach(page) {
      await new LabPage(page).open();
    },
  },
  {
    name: "lab-running",
    async reach(page) {
      await hold(page, "/api/lab/runs/revoke");
      await new LabPage(page).run.click();
      await new LabPage(page).stop.waitFor();
    },
  },
  {
    name: "lab-revoke",
    main: true,
    async reach(page) {
      const lab = new LabPage(page);
      await lab.open();
      await lab.run.click();
      await lab.finding.getByText("The cookie was let in for").waitFor();
    },
  },
  {
    name: "lab-revoke-as-table",
    async reach(page) {
      await new LabPage(page).asTable.click();
    },
  },
  ...(["cost", "scale", "theft", "anatomy"] as const).map((experiment) => ({
    name: `lab-${experiment}`,
    main: true,
    async reach(page: LabPage["page"]) {
      const lab = new LabPage(page);
      await lab.open();
      await lab.choose(experiment);
      await lab.run.click();
      await lab.again.waitFor();
    },
  })),
  {
    name: "lab-failed",
    async reach(page) {
      await refuse(page, "/api/lab/runs/anatomy", { status: 429, code: "busy" });
      await new LabPage(page).again.click();
      await page.getByRole("alert").waitFor();
    },
  },
];
