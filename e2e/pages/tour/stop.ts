import type { Page } from "@playwright/test";
import { agents } from "../../fixtures/agents.ts";
import { type Person, signInOnTheWire } from "../../fixtures/person.ts";
import { ask } from "../../fixtures/wire.ts";

/** One page in one state, and the way there. */
export interface Stop {
  name: string;
  /** Something lies over the page, as high as the window. */
  over?: boolean;
  /**
   * A page as one mostly sees it: `make test` looks at these, `make e2e-full` at all, and at these in
   * Chinese too. The way there needs no stop before, and nothing is lost when the language changes.
   */
  main?: boolean;
  reach(page: Page, person: Person): Promise<void>;
}

/** Ends all of someone's sessions but a new one, from another device. */
export async function endElsewhere(person: Person): Promise<void> {
  const secret = await signInOnTheWire(person, agents.firefox);
  const { status } = await ask("DELETE", "/auth/sessions", { secret });
  if (status !== 200) throw new Error(`ending the others answered ${status}`);
}
