import { describe, expect, test } from "vitest";
import { rootFor } from "../commands.ts";
import { Misuse } from "./misuse.ts";
import { optionNames, rejectOptionsTakenByNpm } from "./npm-options.ts";

const root = await rootFor();
const reject = (env: Readonly<Record<string, string>>) => () => rejectOptionsTakenByNpm(root, ["start"], env);

test.each(optionNames(root))("npm took --%s", (name) => {
  const variable = `npm_config_${name.replace(/^no-/u, "").replaceAll("-", "_")}`;
  const rejected = reject({ [variable]: name.startsWith("no-") ? "" : "true" });
  expect(rejected).toThrow(Misuse);
  expect(rejected).toThrow(new RegExp(`--${name}$`, "u"));
});

describe("npm's own settings are no options of ours", () => {
  test.each(["npm_config_registry", "npm_config_cache", "npm_config_engine_strict"])("%s", (variable) =>
    expect(reject({ [variable]: "x" })).not.toThrow(),
  );
});
