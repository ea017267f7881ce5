import { screen } from "@testing-library/react";
import { ProofDeclined } from "vestibule-kit";
import { expect, test } from "vitest";
import { renderAt } from "../test/render.tsx";
import { serve, unauthenticated } from "../test/server.ts";
import { Failed } from "./Failed.tsx";
import { FormFault } from "./FormFault.tsx";

const nobody = { "GET /auth/session": unauthenticated };

test("whoever chose not to prove who they are is told of no fault", () => {
  serve(nobody);
  renderAt("/", <FormFault error={new ProofDeclined()} />);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("what is not there for want of a proof says so, and not that the server has failed", () => {
  serve(nobody);
  renderAt("/", <Failed title="No list" error={new ProofDeclined()} retry={() => {}} />);
  expect(screen.getByRole("alert").textContent).toContain("You did not confirm that it is you.");
});
