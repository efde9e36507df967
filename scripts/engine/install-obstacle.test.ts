import { expect, test } from "vitest";
import { type InstallObstacle, diskObstacle, installObstacle, installObstacleError } from "./install-obstacle.ts";
import type { Machine } from "./machine.ts";

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

test.each<{ change: Partial<Machine>; obstacle: InstallObstacle; remedy: RegExp }>([
  {
    change: { distribution: "ubuntu", release: "24.04" },
    obstacle: "unsupported system",
    remedy: /https:\/\/docs\.docker\.com\//u,
  },
  { change: { release: "11" }, obstacle: "unsupported system", remedy: /https:\/\/docs\.docker\.com\//u },
  {
    change: { platform: "darwin", distribution: "", release: "" },
    obstacle: "unsupported system",
    remedy: /https:\/\/docs\.docker\.com\//u,
  },
  { change: { root: false }, obstacle: "not root", remedy: /https:\/\/docs\.docker\.com\//u },
  { change: { privileged: false }, obstacle: "not privileged", remedy: /--privileged/u },
  { change: { cgroups: false }, obstacle: "no cgroups", remedy: /mount -t cgroup2 cgroup2 \/sys\/fs\/cgroup/u },
  { change: { overlay: false }, obstacle: "no overlay file system", remedy: /CONFIG_OVERLAY_FS/u },
  { change: { free: 1e9 }, obstacle: "disk full", remedy: /WMD_ENGINE_HOME=/u },
])('a machine with $change has the obstacle "$obstacle"', ({ change, obstacle, remedy }) => {
  const machine = { ...debian, ...change };
  expect(installObstacle(machine) ?? diskObstacle(machine)).toBe(obstacle);
  expect(installObstacleError(obstacle, machine).remedy).toMatch(remedy);
});

test.each(["12", "13"])("Debian %s has no obstacle", (release) =>
  expect(installObstacle({ ...debian, release })).toBeUndefined(),
);
