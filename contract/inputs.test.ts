import { describe, expect, test } from "vitest";
import { appNames } from "../apps/catalog.ts";
import { inputsOf } from "./inputs.ts";
import { UserError } from "./user-error.ts";

const noFolders = () => [];

describe("the inputs of a stage", () => {
  test("are read from the variables that the contract names", () => {
    expect(
      inputsOf("redeploy", { APP: "all", TAG: "sha-1", REASON: "", DOCKER_USERNAME: "me" }, noFolders),
    ).toMatchObject({
      app: "all",
      tag: "sha-1",
      reason: "",
      settings: { DOCKER_USERNAME: "me", DEPLOY_SSH_KEY: "" },
    });
  });

  test("include the folders of a matrix by leg, and no folder of another artifact", () => {
    const app = appNames[0]!;
    const list = (folder: string) => (folder === ".pipeline/oci" ? [`oci-${app}`, "other"] : []);
    expect(inputsOf("integrate", { CARRIED: "{}", CHANGED: "[]" }, list)).toMatchObject({
      images: { [app]: `.pipeline/oci/oci-${app}` },
    });
  });

  test.each([
    { env: {}, fresh: false },
    { env: { FRESH: "" }, fresh: false },
    { env: { FRESH: "false" }, fresh: false },
    { env: { FRESH: "true" }, fresh: true },
  ])("include optional ones, which may be absent: $env", ({ env, fresh }) =>
    expect(inputsOf("plan", env, noFolders)).toMatchObject({ fresh }),
  );

  test("are refused when an optional one has a value that is none of its type", () =>
    expect(() => inputsOf("plan", { FRESH: "yes" }, noFolders)).toThrow(UserError));

  test.each([
    { env: { APP: "unknown" }, message: 'build: APP is "unknown"' },
    { env: {}, message: "build: APP is not set" },
    { env: { APP: "" }, message: "build: APP is not set" },
  ])("$env is refused: $message, with the valid values as remedy", ({ env, message }) => {
    const failure = (() => {
      try {
        return inputsOf("build", env, noFolders);
      } catch (cause) {
        return cause;
      }
    })();
    if (!(failure instanceof UserError)) throw new Error("The inputs were accepted");
    expect(failure.message).toContain(message);
    expect(failure.remedy).toContain(appNames.join(", "));
  });
});
