import type example from "./example.en.ts";

declare module "../../src/shared/words/words.ts" {
  interface Words {
    example: typeof example;
  }
}
