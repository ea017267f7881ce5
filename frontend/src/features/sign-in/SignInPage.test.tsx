import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { connection } from "vestibule-kit";
import { expect, test, vi } from "vitest";
import { tell } from "../../shared/test/page.ts";
import { renderAt } from "../../shared/test/render.tsx";
import { cut, json, problem, serve, unauthenticated, who } from "../../shared/test/server.ts";
import { SignInPage } from "./SignInPage.tsx";

const nobody = { "GET /auth/session": unauthenticated };

async function fillIn(email = "demo@example.com", password = "not the password") {
  const user = userEvent.setup();
  if (email) await user.type(screen.getByLabelText("Email"), email);
  if (password) await user.type(screen.getByLabelText("Password"), password);
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  return user;
}

const password = () => screen.getByLabelText<HTMLInputElement>("Password");
const email = () => screen.getByLabelText<HTMLInputElement>("Email");

test("a wrong password is said once, keeps the email, and empties and focuses the password", async () => {
  serve({ ...nobody, "POST /auth/login": problem(401, "invalid_credentials") });
  renderAt("/sign-in", <SignInPage />);
  await fillIn();
  expect((await screen.findByRole("alert")).textContent).toBe(
    "Email or password is wrong.Check both, and try again.",
  );
  expect(email().value).toBe("demo@example.com");
  expect(password().value).toBe("");
  expect(document.activeElement).toBe(password());
});

test("signing in sends what was typed, and goes on to where one wanted", async () => {
  const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
  const asked = serve({ ...nobody, "POST /auth/login": json(who()) });
  renderAt("/sign-in?return_to=/orders", <SignInPage />);
  await userEvent.setup().click(screen.getByLabelText("Keep me signed in"));
  await fillIn("demo@example.com", "correct horse battery staple");
  await waitFor(() => expect(assign).toHaveBeenCalledWith("/orders"));
  expect(asked.find(({ path }) => path === "/auth/login")?.body).toEqual({
    email: "demo@example.com",
    password: "correct horse battery staple",
    remember: true,
  });
  assign.mockRestore();
});

test("a way back to another site is not taken", async () => {
  const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
  serve({ ...nobody, "POST /auth/login": json(who()) });
  renderAt("/sign-in?return_to=//evil.example", <SignInPage />);
  await fillIn();
  await waitFor(() => expect(assign).toHaveBeenCalledWith("/"));
  assign.mockRestore();
});

test("too many attempts say when to try again", async () => {
  serve({ ...nobody, "POST /auth/login": problem(429, "rate_limited", {}, { "Retry-After": "30" }) });
  renderAt("/sign-in", <SignInPage />);
  await fillIn();
  expect((await screen.findByRole("alert")).textContent).toContain("Try again in 30 seconds.");
});

test("a server that can't be reached is not a wrong password, and what was typed is still there", async () => {
  serve({ ...nobody, "POST /auth/login": cut });
  renderAt("/sign-in", <SignInPage />);
  await fillIn();
  expect((await screen.findByRole("alert")).textContent).toContain("The server can’t be reached.");
  expect(password().value).toBe("not the password");
});

test("that one is offline is said as long as one is", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  serve({ ...nobody, "POST /auth/login": cut });
  renderAt("/sign-in", <SignInPage />);
  await fillIn();
  expect((await screen.findByRole("alert")).textContent).toBe(
    "You are offline.Nothing was sent. What you typed is still here.",
  );
  act(() => connection.set("up"));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(password().value).toBe("not the password");
  vi.restoreAllMocks();
});

test("it is sent once, though it is submitted twice before anything is drawn anew", async () => {
  const asked = serve({ ...nobody, "POST /auth/login": problem(401, "invalid_credentials") });
  renderAt("/sign-in", <SignInPage />);
  fireEvent.change(email(), { target: { value: "demo@example.com" } });
  fireEvent.change(password(), { target: { value: "not the password" } });
  const form = screen.getByRole("form", { name: "Sign in" });
  const submit = () =>
    act(() => {
      fireEvent.submit(form);
      fireEvent.submit(form);
    });
  submit();
  await screen.findByText("Check both, and try again.");
  const sent = () => asked.filter(({ path }) => path === "/auth/login").length;
  expect(sent()).toBe(1);
  fireEvent.change(password(), { target: { value: "another one" } });
  submit();
  await waitFor(() => expect(sent()).toBe(2));
});

test.each([
  ["3600 129600", "For 1 hour without use, 36 hours at most."],
  ["__REMEMBER__", "For 14 days without use, 30 days at most."],
])("how long one is kept signed in is as the server says: %s", (said, words) => {
  tell("vestibule-remember", said);
  serve(nobody);
  renderAt("/sign-in", <SignInPage />);
  expect(screen.getByText(`${words} Leave this off on a shared computer.`)).toBeTruthy();
});

test.each([
  ["open", 1],
  ["closed", 0],
])("an account is offered where one can be made: registration is %s", (registration, offers) => {
  tell("vestibule-registration", registration);
  serve(nobody);
  renderAt("/sign-in", <SignInPage />);
  expect(screen.queryAllByRole("link", { name: "Create an account" })).toHaveLength(offers);
});

test("who comes here first is told nothing of where they were, and of no lock that there is not", async () => {
  serve(nobody);
  const { container } = renderAt("/sign-in", <SignInPage />);
  expect(container.querySelector("header")?.textContent).toBe("Sign in");
  expect(screen.getByText(window.location.host).querySelector("svg")).toBeNull();
});

test("a lock stands beside the address where there is one", () => {
  vi.spyOn(window.location, "protocol", "get").mockReturnValue("https:");
  serve(nobody);
  renderAt("/sign-in", <SignInPage />);
  expect(screen.getByText(window.location.host).querySelector("svg")).toBeTruthy();
  vi.restoreAllMocks();
});

test("an empty field is said at the field, and nothing is sent", async () => {
  const asked = serve(nobody);
  renderAt("/sign-in", <SignInPage />);
  await fillIn("demo@example.com", "");
  expect(screen.getByText("Enter your password.")).toBeTruthy();
  expect(password().getAttribute("aria-invalid")).toBe("true");
  expect(password().getAttribute("aria-describedby")).toBe(screen.getByText("Enter your password.").id);
  expect(document.activeElement).toBe(password());
  expect(asked.some(({ path }) => path === "/auth/login")).toBe(false);
});

test("a password is pasted, managed and shown on demand", async () => {
  serve(nobody);
  renderAt("/sign-in", <SignInPage />);
  const user = userEvent.setup();
  await user.click(password());
  await user.paste("from a password manager");
  expect(password().value).toBe("from a password manager");
  expect(password().autocomplete).toBe("current-password");
  await user.click(screen.getByRole("button", { name: "Show password" }));
  expect(password().type).toBe("text");
});

test("someone who is signed in already may go on without signing in", async () => {
  serve({ "GET /auth/session": json(who()) });
  renderAt("/sign-in?return_to=/orders", <SignInPage />);
  expect((await screen.findByRole("link", { name: "Go on" })).getAttribute("href")).toBe("/orders");
});

test.each([
  ["/", "to go on where you were"],
  ["/account/security", "to go on to your account"],
  ["/account/authorize?client_id=a", "to decide on what an app asks for"],
  ["/account/device", "to connect a device"],
])("on the way to %s it says what for", async (to, says) => {
  serve(nobody);
  renderAt(`/sign-in?return_to=${encodeURIComponent(to)}`, <SignInPage />);
  expect(await screen.findByText(says)).toBeTruthy();
});
