import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { tell } from "../../shared/test/page.ts";
import { renderAt } from "../../shared/test/render.tsx";
import { json, problem, serve, unauthenticated, who } from "../../shared/test/server.ts";
import { RegisterPage } from "./RegisterPage.tsx";

const nobody = { "GET /auth/session": unauthenticated };
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);

function open(answer: Parameters<typeof serve>[0][string]) {
  const asked = serve({ ...nobody, "POST /auth/register": answer });
  renderAt("/register", <RegisterPage />);
  fireEvent.change(field("Name"), { target: { value: "Robin" } });
  fireEvent.change(field("Email"), { target: { value: "robin@example.com" } });
  fireEvent.change(field("Password"), { target: { value: "passwordpassword" } });
  return asked;
}

test("where accounts are made by administrators, that is said at once, and nothing can be filled in", () => {
  tell("vestibule-registration", "closed");
  serve(nobody);
  renderAt("/register?return_to=/orders", <RegisterPage />);
  expect(screen.getByRole("heading", { name: "New accounts are closed here" })).toBeTruthy();
  expect(screen.queryByRole("form")).toBeNull();
  expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe(
    "/sign-in?return_to=%2Forders",
  );
});

test("an account is made once, though it is asked for twice before anything is drawn anew", async () => {
  const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
  const asked = open([json(who()), problem(409, "email_taken")]);
  const form = screen.getByRole("form");
  act(() => {
    fireEvent.submit(form);
    fireEvent.submit(form);
  });
  await vi.waitFor(() => expect(assign).toHaveBeenCalledWith("/"));
  expect(asked.filter(({ path }) => path === "/auth/register")).toHaveLength(1);
  assign.mockRestore();
});

test("what is wrong with a password is said as long as it stands there", async () => {
  const fields = [{ field: "password", rule: "repetitive", message: "" }];
  open(problem(422, "validation_failed", { fields }));
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByText("This repeats or counts up a few characters.")).toBeTruthy();
  await user.type(field("Password"), " and a fine day");
  expect(screen.queryByText("This repeats or counts up a few characters.")).toBeNull();
  expect(field("Password").getAttribute("aria-invalid")).toBeNull();
});

test("that an address is taken is said as long as it stands there", async () => {
  open(problem(409, "email_taken"));
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByText(/There is an account with this address already/)).toBeTruthy();
  await user.type(field("Email"), ".org");
  expect(screen.queryByText(/There is an account with this address already/)).toBeNull();
});
