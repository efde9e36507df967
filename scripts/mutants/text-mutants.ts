/** The mutants of compiled texts that the operators make: one for each kind of place. Pure. */
import { appNames } from "../../apps/catalog.ts";
import type { Texts } from "./mutant.ts";
import { nginxMutants } from "./nginx-mutants.ts";
import { type Found, oneOfEach } from "./text-mutant.ts";
import { yamlMutants } from "./yaml-mutants.ts";

/** The same key of the same service in a compose file and in the stack file is one kind of place. */
export const textMutants = (base: Texts): readonly Found[] =>
  oneOfEach(
    [...base].flatMap(([path, text]) => {
      if (path.endsWith(".yml")) return yamlMutants(path, text, appNames);
      return path.endsWith(".conf") ? nginxMutants(path, text, appNames) : [];
    }),
  );
