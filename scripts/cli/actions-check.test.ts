/** `npm run actions -- --check` compares the pins of actions with their tags, and the workflows with the pins. */
import { describe, expect, test } from "vitest";
import { actions } from "../../workflows-src/language/actions.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { actionsInCopy, ciCd, newCommit, newNode, newer } from "./testing/actions-in-copy.ts";

const command = actionsInCopy(process.env);

describe("--check", () => {
  test("accepts pins that are the commits of their tags, and changes nothing", async () => {
    const before = command.copy.texts();
    expect((await command.run(["--check"])).code).toBe(exitCodes.ok);
    expect(command.changed(before)).toEqual([]);
  });

  test.each([
    ["a tag that moved", { "actions/setup-node": [newNode({ version: actions.setupNode.version })] }, "1".repeat(40)],
    ["a tag that is gone", {}, "no tag"],
  ])("finds %s", async (_, added, expected) => {
    const gone = (path: string) =>
      expected === "no tag" && path.includes("setup-node/commits") ? { status: 404 } : undefined;
    const { code, output } = await command.run(["--check"], { added, instead: gone });
    expect(output.split("\n").filter((line) => line.startsWith("✗ "))).toEqual([
      expect.stringMatching(/^✗ workflows-src\/language\/actions\.ts:\d+ .*actions\/setup-node/u),
    ]);
    expect(output).toContain(expected);
    expect(code).toBe(exitCodes.failed);
  });

  test("finds a pin of a workflow that is not the one of the source, without a network, too", async () => {
    command.copy.edit(ciCd, `${actions.setupNode.commit} # ${actions.setupNode.version}`, `${newCommit} # ${newer}`);
    const { code, output } = await command.run(["--check"], { env: { GITHUB_API_URL: "http://127.0.0.1:9" } });
    expect(output).toMatch(/^✗ \.github\/workflows\/ci-cd\.yml:\d+ .*npm run actions -- --adopt/mu);
    expect(output).toContain("does not answer");
    expect(code).toBe(exitCodes.failed);
  });

  test("is not combined with --adopt", async () =>
    expect((await command.run(["--check", "--adopt"])).code).toBe(exitCodes.misuse));
});
