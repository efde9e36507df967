import { describe, expect, test } from "vitest";
import { inputsOf } from "./inputs.ts";

const noFolders = () => [];

describe("the inputs of a stage", () => {
  test("values and settings, by the names of the contract", () => {
    expect(
      inputsOf("redeploy", { APP: "all", TAG: "sha-1", REASON: "", DOCKER_USERNAME: "me" }, noFolders),
    ).toMatchObject({
      app: "all",
      tag: "sha-1",
      reason: "",
      settings: { DOCKER_USERNAME: "me", DEPLOY_SSH_KEY: "" },
    });
  });

  test.each([
    { env: { APP: "shop" }, says: 'build: APP is "shop"; known: docs-django-grafana' },
    { env: {}, says: "build: APP" },
  ])("a wrong value is named: $says", ({ env, says }) => expect(() => inputsOf("build", env, noFolders)).toThrow(says));
});
