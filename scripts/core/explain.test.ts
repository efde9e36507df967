import { expect, test } from "vitest";
import { CommandError } from "./command.ts";
import { UserError } from "../../contract/user-error.ts";
import { explain } from "./explain.ts";

const command = (stderr: string) => new CommandError(["docker", "pull"], { code: 1, stdout: "", stderr });
const full = "write /data/layer: no space left on device";

test.each([
  {
    what: "what a stage says",
    failure: new UserError("Port 80 is taken", "free it"),
    message: /^Port 80 is taken$/u,
    remedy: /^free it$/u,
  },
  {
    what: "what a stage says, and the command behind it",
    failure: new UserError("The image is red", "read it", { cause: command("no such file") }),
    message: /^The image is red\n`docker pull` ended with 1\nno such file$/u,
    remedy: /^read it$/u,
  },
  {
    what: "a command",
    failure: command("denied"),
    message: /^`docker pull` ended with 1\ndenied$/u,
    remedy: undefined,
  },
  { what: "a defect of ours", failure: new TypeError("x is undefined"), message: /explain\.test/u, remedy: undefined },
  { what: "no error at all", failure: "thrown", message: /^thrown$/u, remedy: undefined },
  {
    what: "a full disk, to a command",
    failure: command(full),
    message: /no space left/u,
    remedy: /docker system prune/u,
  },
  {
    what: "a full disk, behind a stage",
    failure: new UserError("The image is red", "read it", { cause: command(full) }),
    message: /no space left/u,
    remedy: /docker system prune/u,
  },
  {
    what: "a full disk, to Node",
    failure: Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }),
    message: /ENOSPC/u,
    remedy: /docker system prune/u,
  },
])("$what", ({ failure, message, remedy }) => {
  const told = explain(failure);
  expect(told.message).toMatch(message);
  expect(told.remedy ?? "nothing to do").toMatch(remedy ?? /^nothing to do$/u);
});
