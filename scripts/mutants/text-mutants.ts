/** All mutants of compiled texts: those of the operators, one for each kind of place. Pure. */
import { appNames } from "../../apps/catalog.ts";
import type { Texts } from "./mutant.ts";
import { nginxMutants } from "./nginx-mutants.ts";
import type { TextMutant } from "./text-mutant.ts";
import { yamlMutants } from "./yaml-mutants.ts";

export const textMutants = (base: Texts): readonly TextMutant[] =>
  [...base].flatMap(([path, text]) => {
    if (path.endsWith(".yml")) return yamlMutants(path, text, appNames);
    return path.endsWith(".conf") ? nginxMutants(path, text, appNames) : [];
  });
