import { expect, test } from "vitest";
import { commandDifferences, withoutRunValues } from "./command-log.ts";

test.each([
  [`docker exec ${"a1".repeat(32)} true`, "docker exec … true"],
  [`docker pull x@sha256:${"b2".repeat(32)}`, "docker pull x@sha256:…"],
  ["docker rm wmd-tests-shop-4711", "docker rm wmd-tests-shop-…"],
  ["env IMAGE=127.0.0.1:49153/wmd/x", "env IMAGE=127.0.0.1:…/wmd/x"],
  ["docker run --publish 127.0.0.1:5050:5000 registry:3", "docker run --publish 127.0.0.1:5050:5000 registry:3"],
])("%s", (line, expected) => expect(withoutRunValues(line, 4711)).toBe(expected));

test("a command that only one of two runs has is a difference; repetitions, order and the engine's part are not", () => {
  const real = ["docker info", "apt-get download docker.io", "# plan", "git status", "poll", "poll", "up", "extra"];
  const dry = ["# engine", "docker info", "# plan", "git status", "up", "poll", "missing"];
  expect(commandDifferences(real, dry)).toEqual({ onlyReal: ["extra"], onlyDry: ["missing"] });
});
