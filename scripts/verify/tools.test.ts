import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { memoryFiles } from "../core/memory-files.ts";
import { recordingEffects } from "../core/recording-effects.ts";
import { installedTools, requirementsOf } from "./tools.ts";

const lock = readFileSync("tools/requirements.txt", "utf8");

/** @param code the exit code of pip @param container the exit code of docker */
const machine = (code: number, stderr = "", container = 1) => {
  const files = memoryFiles();
  files.write("tools/requirements.txt", lock);
  const commands: string[] = [];
  const { fx } = recordingEffects(
    {
      command(command) {
        commands.push(command.join(" "));
        const [ended, folder] =
          command[0] === "docker"
            ? [container, /dest=(\S+)/u.exec(command.join(" "))?.[1]]
            : [code, command[command.indexOf("--target") + 1]];
        if (ended === 0) for (const name of ["shellcheck", "zizmor"]) files.write(`${folder}/bin/${name}`, "");
        return { code: ended, stderr };
      },
    },
    { files },
  );
  return { fx, commands };
};

test("the programs are installed once, by their hashes", async () => {
  const { fx, commands } = machine(0);
  const tools = await installedTools(fx);
  expect(await installedTools(fx)).toEqual(tools);
  expect(commands).toHaveLength(1);
  expect(commands[0]).toContain("--require-hashes");
});

test("a machine without Python gets the programs from a container", async () => {
  const { fx, commands } = machine(127, "python3: no such program", 0);
  await installedTools(fx);
  expect(commands.map((command) => command.split(" ", 1)[0])).toEqual(["python3", "docker"]);
});

test.each([
  { code: 127, stderr: "python3: no such program" },
  { code: 1, stderr: "No module named pip" },
  { code: 1, stderr: "ERROR: No matching distribution found for zizmor" },
])("an installation that fails with '$stderr' is an error", async ({ code, stderr }) => {
  const { fx } = machine(code, stderr);
  const failure = await installedTools(fx).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toContain(stderr);
});

test("the requirements of a package are its version and its hashes", () => {
  const text = requirementsOf(lock, ["zizmor"]);
  expect(text).toMatch(/^zizmor==\S+ \\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+$/u);
  expect(() => requirementsOf(lock, ["none"])).toThrow(UserError);
});
