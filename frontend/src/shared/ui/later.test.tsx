import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { connection } from "vestibule-kit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderAt } from "../test/render.tsx";
import { later } from "./later.tsx";

const reload = vi.fn();

beforeEach(() => {
  reload.mockReset();
  vi.spyOn(window.location, "reload").mockImplementation(reload);
});

afterEach(() => {
  vi.restoreAllMocks();
  connection.set("up");
});

function open(load: () => Promise<() => React.ReactNode>) {
  const Page = later(load);
  renderAt(
    "/",
    <Suspense fallback="Waiting">
      <Page />
    </Suspense>,
  );
}

const cut = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

/** The page has just been loaded, in that way. */
function loadedBy(type: string) {
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type } as unknown as PerformanceEntry]);
  const now = performance.now.bind(performance);
  const loaded = now();
  vi.spyOn(performance, "now").mockImplementation(() => now() - loaded);
}

test("a page whose code comes is drawn", async () => {
  open(async () => () => <p>The page</p>);
  expect(await screen.findByText("The page")).toBeTruthy();
  expect(reload).not.toHaveBeenCalled();
});

test("a page whose code can't be had says so, and is loaded anew once the server answers", async () => {
  open(cut);
  expect(await screen.findByRole("heading", { name: "This page could not be loaded" })).toBeTruthy();
  expect(screen.getByText(/The page will go on by itself when it can\./)).toBeTruthy();
  expect(reload).not.toHaveBeenCalled();
  act(() => connection.set("up"));
  expect(reload).toHaveBeenCalledTimes(1);
});

test("where loading anew has not helped, only a person tries again", async () => {
  loadedBy("reload");
  open(cut);
  const again = await screen.findByRole("button", { name: "Try again" });
  act(() => connection.set("up"));
  expect(reload).not.toHaveBeenCalled();
  await userEvent.setup().click(again);
  expect(reload).toHaveBeenCalledTimes(1);
});
