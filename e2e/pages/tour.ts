import type { Page } from "@playwright/test";
import { promote } from "../fixtures/database.ts";
import type { Person } from "../fixtures/person.ts";
import { stopPlaying } from "../fixtures/play.ts";
import { arrive } from "./account.ts";
import { account } from "./tour/account.ts";
import { admin } from "./tour/admin.ts";
import { app } from "./tour/app.ts";
import { approval } from "./tour/approval.ts";
import { lab } from "./tour/lab.ts";
import type { Stop } from "./tour/stop.ts";
import { visitor } from "./tour/visitor.ts";

export const tours = { visitor, app, approval, account, lab, admin };

/** Signs someone in, if a tour is for those who are: the administration's for an administrator. */
export async function setOut(tour: string, page: Page, person: Person): Promise<void> {
  if (tour === "visitor") return;
  if (tour === "admin") await promote(person.email);
  await arrive(page, person);
}

/** Goes to a stop; what was played on the way to the one before is over. */
export async function reach(stop: Stop, page: Page, person: Person): Promise<void> {
  await stopPlaying(page);
  await stop.reach(page, person);
}
