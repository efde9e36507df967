import { expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { artifactPath } from "../../contract/codecs.ts";
import { localProofs, proverOf } from "../proofs/prover.ts";
import { simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins } from "../simulation/state.ts";
import { sideBySide } from "./side-by-side.ts";

test("the integration begins when every image has been built, beside the unit tests", async () => {
  const { fx, commands } = simulatedMachine();
  const prover = proverOf(localProofs({ believe: false }, fx), { commit: undefined }, fx);
  const tested = () => commands.filter((command) => begins(command, "docker", "start", "--attach")).length;
  const { built, integrated } = await sideBySide(
    {
      apps: appNames,
      engine: { env: {}, ours: false, containerdStore: true, rootless: false, version: "29.0.0" },
      prover,
      integrate: async () => ({
        images: appNames.filter((app) => fx.files.exists(`${artifactPath("oci", app)}/index.json`)),
        testsBefore: tested(),
      }),
    },
    fx,
  );
  expect([...built.keys()].toSorted()).toEqual(appNames.toSorted());
  expect(integrated.images).toEqual(appNames);
  expect(integrated.testsBefore).toBeLessThan(tested());
});
