import type { Page } from "@playwright/test";
import type { Person } from "../fixtures/person.ts";
import { stopPlaying } from "../fixtures/play.ts";
import { account } from "./tour/account.ts";
import { app } from "./tour/app.ts";
import { approval } from "./tour/approval.ts";
import { lab } from "./tour/lab.ts";
import type { Stop } from "./tour/stop.ts";
import { visitor } from "./tour/visitor.ts";

export const tours = { visitor, app, approval, account, lab };

/** Goes to a stop; what was played on the way to the one before is over. */
export async function reach(stop: Stop, page: Page, person: Person): Promise<void> {
  await stopPlaying(page);
  await stop.reach(page, person);
}
