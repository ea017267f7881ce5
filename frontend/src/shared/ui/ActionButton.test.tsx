import { useMutation } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { renderAt } from "../test/render.tsx";
import { serve, unauthenticated } from "../test/server.ts";
import { ActionButton } from "./ActionButton.tsx";

function End({ end }: { end: () => Promise<void> }) {
  const ending = useMutation({ mutationFn: end });
  return (
    <ActionButton busy={ending.isPending} busyLabel="Ending…" onClick={() => ending.mutate()}>
      End
    </ActionButton>
  );
}

test("what a button starts is started once, though it is pressed twice before anything is drawn anew", async () => {
  serve({ "GET /auth/session": unauthenticated });
  const end = vi.fn(async () => {});
  renderAt("/", <End end={end} />);
  const pressTwice = () =>
    act(async () => {
      screen.getByRole("button").click();
      screen.getByRole("button").click();
    });
  await pressTwice();
  expect(end).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(screen.getByRole("button").getAttribute("aria-disabled")).toBeNull());
  await pressTwice();
  expect(end).toHaveBeenCalledTimes(2);
});
