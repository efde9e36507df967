import { describe, expect, test } from "vitest";
import { type Diagnosis, type Observed, complaint, diagnose, obstacle, olderThan, room } from "./diagnose.ts";
import type { Machine } from "./machine.ts";

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
const observed = (given: Partial<Observed>): Observed => ({
  info: info({}),
  daemon: false,
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
  test.each<{ name: string; given: Partial<Observed>; is: Partial<Diagnosis> }>([
    {
      name: "an engine with the containerd store",
      given: { info: info(usable) },
      is: { kind: "works", version: "26.1.5+dfsg1", containerdStore: true },
    },
    {
      name: "an engine with overlay2",
      given: { info: info({ ...usable, DriverStatus: [["Backing Filesystem", "extfs"]] }) },
      is: { kind: "works", containerdStore: false },
    },
    {
      name: "no client, no daemon",
      given: { info: { code: 127, stdout: "", stderr: "" } },
      is: { kind: "not installed" },
    },
    { name: "a bare client", given: { info: failed(noSocket) }, is: { kind: "not installed" } },
    {
      name: "a daemon without a client",
      given: { info: { code: 127, stdout: "", stderr: "" }, daemon: true },
      is: { kind: "not running" },
    },
    { name: "installed, stopped", given: { info: failed(noSocket), daemon: true }, is: { kind: "not running" } },
    {
      name: "Desktop, stopped",
      given: {
        info: failed(
          "Cannot connect to the Docker daemon at unix:///Users/a/.docker/run/docker.sock. Is the docker daemon running?",
        ),
        platform: "darwin",
      },
      is: { kind: "not running" },
    },
    {
      name: "another user's socket",
      given: {
        info: failed(
          "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        ),
        daemon: true,
      },
      is: { kind: "no permission" },
    },
    {
      name: "a wrong DOCKER_HOST",
      given: {
        info: failed("Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?"),
        daemon: true,
        dockerHost: "tcp://127.0.0.1:1",
      },
      is: { kind: "wrong host", host: "tcp://127.0.0.1:1" },
    },
    {
      name: "a context that leads nowhere",
      given: {
        info: failed("Cannot connect to the Docker daemon at tcp://10.0.0.9:2375. Is the docker daemon running?"),
        daemon: true,
      },
      is: { kind: "wrong host", host: "tcp://10.0.0.9:2375" },
    },
    {
      name: "errors on standard error only",
      given: { info: { code: 1, stdout: "", stderr: noSocket }, daemon: true },
      is: { kind: "not running" },
    },
    {
      name: "Debian 12's own engine",
      given: { info: info({ ...usable, ServerVersion: "20.10.24+dfsg1" }) },
      is: { kind: "too old", part: "engine" },
    },
    {
      name: "an old compose",
      given: { info: info({ ...usable, ClientInfo: plugins("v2.23.3", "v0.13.0") }) },
      is: { kind: "too old", part: "compose" },
    },
    {
      name: "an old buildx",
      given: { info: info({ ...usable, ClientInfo: plugins("v2.24.0", "v0.12.1") }) },
      is: { kind: "too old", part: "buildx" },
    },
    {
      name: "no compose",
      given: { info: info({ ...usable, ClientInfo: { Plugins: [] } }) },
      is: { kind: "no plugin", part: "compose" },
    },
  ])("$name: $is.kind", ({ given, is }) => expect(diagnose(observed(given))).toMatchObject(is));
});

test.each<Exclude<Diagnosis, { kind: "works" | "not installed" }>>([
  { kind: "not running", said: noSocket },
  { kind: "no permission", said: "permission denied" },
  { kind: "wrong host", host: "tcp://127.0.0.1:1", said: "refused" },
  { kind: "too old", part: "engine", has: "20.10" },
  { kind: "no plugin", part: "buildx" },
])("$kind has a remedy of its own, in one line", (diagnosis) => {
  const error = complaint(diagnosis, "linux");
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
])("%s is older than %s: %s", (version, least, older) => expect(olderThan(version, least)).toBe(older));

const debian: Machine = {
  platform: "linux",
  arch: "x64",
  distribution: "debian",
  release: "12",
  root: true,
  privileged: true,
  cgroups: true,
  overlay: true,
  free: 50e9,
  home: "/var/lib/x",
  userHome: "/root",
  env: {},
};

test.each<{ differs: Partial<Machine>; says: RegExp }>([
  { differs: { distribution: "ubuntu", release: "24.04" }, says: /not installed.*docs\.docker\.com/su },
  { differs: { release: "11" }, says: /not installed/u },
  { differs: { platform: "darwin", distribution: "", release: "" }, says: /not installed/u },
  { differs: { root: false }, says: /only root/u },
  { differs: { privileged: false }, says: /container.*--privileged/su },
  { differs: { cgroups: false }, says: /\/sys\/fs\/cgroup.*mount -t cgroup2/su },
  { differs: { overlay: false }, says: /overlay/u },
  { differs: { free: 1e9 }, says: /1\.0 GB free.*WMD_ENGINE_HOME/su },
])("what hinders: $differs", ({ differs, says }) => {
  const machine = { ...debian, ...differs };
  const error = obstacle(machine) ?? room(machine);
  expect(`${error?.message}\n${error?.remedy}`).toMatch(says);
});

test.each(["12", "13"])("nothing hinders on Debian %s", (release) =>
  expect(obstacle({ ...debian, release })).toBeUndefined(),
);
