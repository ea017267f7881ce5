import { newPerson } from "../../fixtures/person.ts";
import { answer, hold, playNearEnd, refuse } from "../../fixtures/play.ts";
import { arrive, Expiring, SignedOut, signedIn, UserMenu } from "../account.ts";
import { InsightsPage, OrdersPage } from "../orders.ts";
import { endElsewhere, type Stop } from "./stop.ts";

/** Every page and state of the example app. The last one is signed out. */
export const app: Stop[] = [
  {
    name: "orders",
    main: true,
    async reach(page) {
      await new OrdersPage(page).open();
      await new OrdersPage(page).table.waitFor();
    },
  },
  {
    name: "user-menu",
    main: true,
    over: true,
    async reach(page, person) {
      await new OrdersPage(page).table.waitFor();
      await new UserMenu(page, person).button.click();
      await new UserMenu(page, person).menu.waitFor();
    },
  },
  {
    name: "not-signed-out",
    over: true,
    async reach(page, person) {
      await refuse(page, "/auth/logout", { status: 503, code: "unavailable", retryAfter: 5 });
      await new OrdersPage(page).open();
      const menu = new UserMenu(page, person);
      await menu.button.click();
      await menu.signOut.click();
      await page.getByRole("alertdialog", { name: "You are not signed out" }).waitFor();
    },
  },
  {
    name: "new-order",
    over: true,
    async reach(page) {
      const orders = new OrdersPage(page);
      await orders.open();
      await orders.newOrder.click();
      await orders.dialog.waitFor();
    },
  },
  {
    name: "new-order-errors",
    over: true,
    async reach(page) {
      const orders = new OrdersPage(page);
      await orders.place.click();
      await orders.items.fill("many");
      await page.getByText("Enter the customer’s name.").waitFor();
    },
  },
  {
    name: "order-placed",
    async reach(page) {
      const orders = new OrdersPage(page);
      await orders.customer.fill("Ångström & Daughters");
      await orders.items.fill("12");
      await orders.place.click();
      await orders.placed.waitFor();
    },
  },
  {
    name: "orders-not-found",
    async reach(page) {
      await new OrdersPage(page).search.fill("nobody of that name");
      await page.getByRole("heading", { name: "No order matches" }).waitFor();
    },
  },
  {
    name: "orders-empty",
    async reach(page) {
      await answer(page, "/api/orders/", { orders: [], total: 0 });
      await new OrdersPage(page).open();
      await page.getByRole("heading", { name: "No orders yet" }).waitFor();
    },
  },
  {
    name: "orders-loading",
    async reach(page) {
      await hold(page, "/api/orders/");
      await new OrdersPage(page).open();
      await page.getByText("Loading orders").waitFor();
    },
  },
  {
    name: "orders-failed",
    async reach(page) {
      await refuse(page, "/api/orders/", { status: 500, code: "internal" });
      await new OrdersPage(page).open();
      await page.getByRole("heading", { name: "Your orders could not be loaded" }).waitFor();
    },
  },
  {
    name: "orders-busy",
    async reach(page) {
      await refuse(page, "/api/orders/", { status: 503, code: "unavailable", retryAfter: 90 });
      await new OrdersPage(page).open();
      await page.getByText("Trying again in").waitFor();
    },
  },
  {
    name: "orders-offline",
    over: true,
    async reach(page) {
      await new OrdersPage(page).open();
      await new OrdersPage(page).table.waitFor();
      await page.route("/auth/*", (route) => route.abort());
      await page.evaluate(() => window.dispatchEvent(new Event("offline")));
      await page.getByText("This page goes on by itself when the connection is back.").waitFor();
    },
  },
  {
    name: "insights",
    main: true,
    async reach(page) {
      await new InsightsPage(page).open();
      await new InsightsPage(page).customers.waitFor();
    },
  },
  {
    name: "insights-as-table",
    async reach(page) {
      const chart = new InsightsPage(page).chart("Revenue by day");
      await chart.getByRole("button", { name: "As a table" }).click();
      await chart.getByRole("table").waitFor();
    },
  },
  {
    name: "insights-loading",
    async reach(page) {
      await hold(page, "/api/insights/");
      await new InsightsPage(page).open();
      await page.getByText("Loading your figures").waitFor();
    },
  },
  {
    name: "insights-failed",
    async reach(page) {
      await refuse(page, "/api/insights/", { status: 502, code: "bad_gateway", retryAfter: 90 });
      await new InsightsPage(page).open();
      await page.getByRole("heading", { name: "Your figures could not be loaded" }).waitFor();
    },
  },
  {
    name: "app-not-found",
    async reach(page) {
      await page.goto("/nowhere");
      await page.getByRole("heading", { name: "There is no page here" }).waitFor();
    },
  },
  {
    name: "expiring",
    over: true,
    main: true,
    async reach(page) {
      await playNearEnd(page, "idle", 118);
      await new OrdersPage(page).open();
      await page.getByRole("alertdialog").waitFor();
      await new OrdersPage(page).table.waitFor();
    },
  },
  {
    name: "expiring-not-stayed",
    over: true,
    async reach(page) {
      await playNearEnd(page, "idle", 118);
      await new OrdersPage(page).open();
      await page.getByRole("alertdialog").waitFor();
      await new OrdersPage(page).table.waitFor();
      await refuse(page, "/auth/sessions", { status: 503, code: "busy", retryAfter: 5 });
      await new Expiring(page).stay.click();
      await page.getByText("The server is busy.").waitFor();
    },
  },
  {
    name: "expiring-for-good",
    over: true,
    main: true,
    async reach(page) {
      await playNearEnd(page, "absolute", 118);
      await new OrdersPage(page).open();
      await page.getByRole("alertdialog").waitFor();
      await new OrdersPage(page).table.waitFor();
    },
  },
  {
    name: "expiring-wrong",
    over: true,
    async reach(page) {
      await playNearEnd(page, "absolute", 118);
      await new OrdersPage(page).open();
      const expiring = new Expiring(page);
      await expiring.password.fill("certainly not the password");
      await expiring.again.click();
      await page.getByText("This is not your password.").waitFor();
    },
  },
  {
    name: "app-signed-out",
    main: true,
    async reach(page, person) {
      await new OrdersPage(page).open();
      await new OrdersPage(page).table.waitFor();
      await endElsewhere(person);
      await new SignedOut(page).heading.waitFor();
    },
  },
  {
    name: "app-sign-in-again",
    over: true,
    main: true,
    async reach(page) {
      await new SignedOut(page).again.click();
      await new SignedOut(page).dialog.waitFor();
    },
  },
  {
    name: "app-someone-else",
    async reach(page, person) {
      await arrive(page, person);
      await new OrdersPage(page).open();
      await new OrdersPage(page).table.waitFor();
      const tab = await page.context().newPage();
      await signedIn(tab, await newPerson(), "/account/");
      await tab.close();
      await new SignedOut(page).anew.waitFor();
    },
  },
];
