import { act, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { sessionEnded, useWho } from "../api/session.ts";
import { renderAt } from "../test/render.tsx";
import { cut, json, serve, unauthenticated, who } from "../test/server.ts";
import { SessionGate } from "./SessionGate.tsx";

beforeEach(() => {
  vi.stubGlobal(
    "EventSource",
    class extends EventTarget {
      close() {}
    },
  );
});

function Private() {
  return <p>Orders of {useWho().user.name}</p>;
}

function open() {
  return renderAt(
    "/",
    <SessionGate bar={<p>The bar</p>} waiting={<p>Waiting</p>} nobody={<p>Nobody</p>}>
      <Private />
    </SessionGate>,
  );
}

test("someone who is signed in passes", async () => {
  serve({ "GET /auth/session": json(who()) });
  open();
  expect(screen.getByText("Waiting")).toBeTruthy();
  expect(await screen.findByText("Orders of Demo")).toBeTruthy();
});

test("nobody is not someone who was signed out", async () => {
  serve({ "GET /auth/session": unauthenticated });
  open();
  expect(await screen.findByText("Nobody")).toBeTruthy();
});

test("when the session ends elsewhere, nothing of it stays on the screen, and the way back leads here", async () => {
  serve({ "GET /auth/session": json(who()) });
  open();
  await screen.findByText("Orders of Demo");
  act(() => sessionEnded("ended_by_user"));
  expect(screen.queryByText("Orders of Demo")).toBeNull();
  expect(screen.getByText(/You ended this session from another device/)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "You were signed out" }));
  expect(screen.getByRole("link", { name: "Sign in again" }).getAttribute("href")).toBe(
    "/account/sign-in?return_to=%2Faccount%2F",
  );
});

test("a server that can't be reached signs nobody out", async () => {
  serve({ "GET /auth/session": cut });
  open();
  expect(await screen.findByText("Your account could not be loaded")).toBeTruthy();
  expect(screen.queryByText("Nobody")).toBeNull();
});
