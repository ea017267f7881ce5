import type { Credentials, FieldFault, OwnSession, Reason, User, Who } from "vestibule-kit";
import { expectTypeOf, test } from "vitest";
import type * as contract from "./contract.ts";

// The kit is a package of its own, so it writes down the little that it reads. `npm run typecheck`
// holds that against what is made from openapi.yaml.
test("what the kit says of the contract is what the contract says", () => {
  expectTypeOf<User>().toEqualTypeOf<contract.User>();
  expectTypeOf<OwnSession>().toEqualTypeOf<contract.OwnSession>();
  expectTypeOf<Who>().toEqualTypeOf<contract.Who>();
  expectTypeOf<Reason>().toEqualTypeOf<contract.Reason>();
  expectTypeOf<Required<Credentials>>().toEqualTypeOf<contract.SignIn>();
  expectTypeOf<contract.FieldFault>().toExtend<FieldFault>();
});
