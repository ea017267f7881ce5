import { refuse } from "../../fixtures/play.ts";
import { RegisterPage, SignInPage } from "../account.ts";
import { LandingPage } from "../orders.ts";
import type { Stop } from "./stop.ts";

/** Every page and state that a visitor can see. */
export const visitor: Stop[] = [
  {
    name: "landing",
    main: true,
    async reach(page) {
      await page.goto("/");
      await new LandingPage(page).heading.waitFor();
    },
  },
  {
    name: "sign-in",
    main: true,
    async reach(page) {
      await new SignInPage(page).open();
      await new SignInPage(page).heading.waitFor();
    },
  },
  {
    name: "sign-in-nothing-typed",
    async reach(page) {
      await new SignInPage(page).open();
      await new SignInPage(page).submit.click();
      await page.getByText("Enter your email address.").waitFor();
    },
  },
  {
    name: "sign-in-wrong",
    async reach(page, { email }) {
      const signIn = new SignInPage(page);
      await signIn.open();
      await signIn.signIn({ email, password: "certainly not the password" });
      await signIn.alert.getByText("Email or password is wrong.").waitFor();
    },
  },
  {
    name: "sign-in-limited",
    async reach(page, person) {
      await refuse(page, "/auth/login", { status: 429, code: "rate_limited", retryAfter: 240 });
      const signIn = new SignInPage(page);
      await signIn.open();
      await signIn.signIn(person);
      await signIn.alert.getByText("Too many attempts.").waitFor();
    },
  },
  {
    name: "sign-in-unreachable",
    over: true,
    async reach(page, person) {
      const signIn = new SignInPage(page);
      await signIn.open();
      await page.route("/auth/*", (route) => route.abort());
      await signIn.signIn(person);
      await signIn.alert.getByText("The server can’t be reached.").waitFor();
    },
  },
  {
    name: "register",
    main: true,
    async reach(page) {
      await new RegisterPage(page).open();
      await new RegisterPage(page).heading.waitFor();
    },
  },
  {
    name: "register-errors",
    async reach(page) {
      const register = new RegisterPage(page);
      await register.open();
      await register.register({ name: "", email: "no address", password: "short" });
      await page.getByText("At least 15 characters: 5 so far").waitFor();
      await register.name.and(page.locator("[aria-invalid=true]")).waitFor();
    },
  },
  {
    name: "register-taken",
    async reach(page, { name, email }) {
      const register = new RegisterPage(page);
      await register.open();
      await register.register({ name, email, password: "a fine day for something new" });
      await page.getByText("There is an account with this address already.").waitFor();
    },
  },
  {
    name: "register-closed",
    async reach(page) {
      await page.route("/account/register*", async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(
          '"vestibule-registration" content="open"',
          '"vestibule-registration" content="closed"',
        );
        await route.fulfill({ response, body });
      });
      await new RegisterPage(page).open();
      await page.getByRole("heading", { name: "New accounts are closed here" }).waitFor();
    },
  },
  {
    name: "account-not-found",
    main: true,
    async reach(page) {
      await page.goto("/account/nowhere");
      await page.getByRole("heading", { name: "There is no page here" }).waitFor();
    },
  },
];
