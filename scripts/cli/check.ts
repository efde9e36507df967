import { check as runChecks } from "../stages/check.ts";
import { proving } from "./stage-prover.ts";
import { command } from "./definition/command.ts";

export const check = command({
  summary: "check types, lint, format, generated files, workflows and unit tests: what needs no engine",
  async run(_, fx) {
    await proving("check", fx, (prover) => runChecks({ settings: {} }, prover, fx));
  },
});
