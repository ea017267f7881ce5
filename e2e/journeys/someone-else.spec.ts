import { fetchIn, type Orders, type Who } from "../fixtures/ask.ts";
import { answerTo } from "../fixtures/moment.ts";
import { newPerson, signInOnTheWire } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { cookieName, origin } from "../fixtures/wire.ts";
import { arrive, SignedOut } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";

test("what a page asks for one person is not done as another, of whom it has not heard yet", async ({
  page,
  person,
  context,
}) => {
  await arrive(page, person, "/");
  const orders = new OrdersPage(page);
  await orders.newOrder.click();
  await orders.customer.fill("Not Theirs Ltd");
  await orders.items.fill("12");

  // As a tab that is busy sees it: the cookie is another's, and no news of it has come.
  const other = await newPerson("Somebody Else");
  const secret = await signInOnTheWire(other);
  await context.addCookies([
    { name: cookieName, value: secret, url: origin.replace("http:", "https:"), secure: true },
  ]);
  expect((await fetchIn<Who>(page, "/auth/session")).body.user.email).toBe(other.email);

  const answer = await answerTo(page, "POST", "/api/orders/", () => orders.place.click());
  expect(answer.status()).toBe(401);
  await expect(new SignedOut(page).heading).toBeVisible();
  await expect(page.getByText(person.name)).toHaveCount(0);
  const { body } = await fetchIn<Orders>(page, "/api/orders/?q=Not+Theirs");
  expect(body.orders.map(({ customer }) => customer)).not.toContain("Not Theirs Ltd");
});
