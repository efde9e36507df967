import { describe, expect, test } from "vitest";
import { type Diagnosis, type Observation, diagnose, isOlderThan, unusableEngineError } from "./diagnose.ts";

const plugins = (compose: string, buildx: string) => ({
  Plugins: [
    { Name: "compose", Version: compose },
    { Name: "buildx", Version: buildx },
  ],
});
const info = (content: object, stderr = "") => ({ code: 0, stdout: JSON.stringify(content), stderr });
const failed = (...errors: string[]) => ({
  code: 1,
  stdout: JSON.stringify({ ServerErrors: errors, ClientInfo: plugins("v2.24.0", "v0.13.0") }),
  stderr: "",
});
const observation = (given: Partial<Observation>): Observation => ({
  info: info({}),
  daemonInstalled: false,
  dockerHost: undefined,
  platform: "linux",
  ...given,
});
const usable = {
  ServerVersion: "26.1.5+dfsg1",
  DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]],
  ClientInfo: plugins("2.26.1-4", "0.13.1+ds1"),
};
const noSocket = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

describe("diagnose", () => {
  test.each<{ name: string; given: Partial<Observation>; expected: Partial<Diagnosis> }>([
    {
      name: "an engine with the containerd store",
      given: { info: info(usable) },
      expected: { kind: "works", version: "26.1.5+dfsg1", containerdStore: true },
    },
    {
      name: "an engine with overlay2",
      given: { info: info({ ...usable, DriverStatus: [["Backing Filesystem", "extfs"]] }) },
      expected: { kind: "works", containerdStore: false },
    },
    {
      name: "no docker command and no daemon",
      given: { info: { code: 127, stdout: "", stderr: "" } },
      expected: { kind: "not installed" },
    },
    {
      name: "a docker command without a daemon",
      given: { info: failed(noSocket) },
      expected: { kind: "not installed" },
    },
    {
      name: "a daemon without a docker command",
      given: { info: { code: 127, stdout: "", stderr: "" }, daemonInstalled: true },
      expected: { kind: "not running" },
    },
    {
      name: "an engine that is stopped",
      given: { info: failed(noSocket), daemonInstalled: true },
      expected: { kind: "not running" },
    },
    {
      name: "a Docker Desktop that is stopped",
      given: {
        info: failed(
          "Cannot connect to the Docker daemon at unix:///Users/a/.docker/run/docker.sock. Is the docker daemon running?",
        ),
        platform: "darwin",
      },
      expected: { kind: "not running" },
    },
    {
      name: "a socket that the user may not open",
      given: {
        info: failed(
          "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        ),
        daemonInstalled: true,
      },
      expected: { kind: "no permission" },
    },
    {
      name: "a wrong DOCKER_HOST",
      given: {
        info: failed("Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?"),
        daemonInstalled: true,
        dockerHost: "tcp://127.0.0.1:1",
      },
      expected: { kind: "wrong host", host: "tcp://127.0.0.1:1" },
    },
    {
      name: "a context whose engine does not answer",
      given: {
        info: failed("Cannot connect to the Docker daemon at tcp://10.0.0.9:2375. Is the docker daemon running?"),
        daemonInstalled: true,
      },
      expected: { kind: "wrong host", host: "tcp://10.0.0.9:2375" },
    },
    {
      name: "fields that are null or of an unknown form",
      given: { info: info({ ...usable, SecurityOptions: null, DriverStatus: { Driver: 1 }, ServerErrors: null }) },
      expected: { kind: "works", containerdStore: false, rootless: false },
    },
    {
      name: "an error on standard error only",
      given: { info: { code: 1, stdout: "", stderr: noSocket }, daemonInstalled: true },
      expected: { kind: "not running" },
    },
    {
      name: "the engine of Debian 12",
      given: { info: info({ ...usable, ServerVersion: "20.10.24+dfsg1" }) },
      expected: { kind: "too old", part: "engine" },
    },
    {
      name: "an old compose",
      given: { info: info({ ...usable, ClientInfo: plugins("v2.23.3", "v0.13.0") }) },
      expected: { kind: "too old", part: "compose" },
    },
    {
      name: "an old buildx",
      given: { info: info({ ...usable, ClientInfo: plugins("v2.24.0", "v0.12.1") }) },
      expected: { kind: "too old", part: "buildx" },
    },
    {
      name: "a docker command without compose",
      given: { info: info({ ...usable, ClientInfo: { Plugins: [] } }) },
      expected: { kind: "no plugin", part: "compose" },
    },
  ])("$name: $expected.kind", ({ given, expected }) => expect(diagnose(observation(given))).toMatchObject(expected));
});

test.each<Exclude<Diagnosis, { kind: "works" | "not installed" }>>([
  { kind: "not running", reason: noSocket },
  { kind: "no permission", reason: "permission denied" },
  { kind: "wrong host", host: "tcp://127.0.0.1:1", reason: "refused" },
  { kind: "too old", part: "engine", version: "20.10" },
  { kind: "no plugin", part: "buildx" },
])('the error for "$kind" has a message and a remedy of one line each', (diagnosis) => {
  const error = unusableEngineError(diagnosis, "linux");
  expect(error.remedy).toMatch(/^[^\n]{10,}$/u);
  expect(error.message).not.toContain("\n");
});

test.each([
  ["26.1.5+dfsg1", "25.0", false],
  ["25.0.0-rc.1", "25.0", false],
  ["24.0.9", "25.0", true],
  ["v2.24.0", "2.24", false],
  ["2.3.3", "2.24", true],
  ["dev", "2.24", false],
])("isOlderThan(%j, %j) is %s", (version, minimum, older) => expect(isOlderThan(version, minimum)).toBe(older));
