import { expect, test } from "vitest";
import { images } from "../../contract/base-images.ts";
import { bakeFile, imagesToBuild, isRegistryUnreachable, parseImages, recipeHash } from "./bases.ts";
import { daemonConfig } from "./start-daemon.ts";
import { clientEnv, homeAt } from "./home.ts";
import { packagesFor } from "./install.ts";
import { holdsCapabilities, mountsCgroups, parseOsRelease } from "./machine.ts";
import { mountsBelow } from "./stop-daemon.ts";
import { certificates, goSettings, npmSettings, pipSettings } from "./package-index-settings.ts";

test("two homes share no path, name or address", () => {
  const [one, other] = [homeAt("/var/lib/wmd-engine"), homeAt("/srv/engine")];
  const shared = Object.values(one).filter((value) => Object.values<string>(other).includes(value));
  expect(shared).toEqual([]);
  expect(one.bridge.length).toBeLessThanOrEqual(15);
  expect(one.bridgeAddress).toMatch(/^02:42(:[0-9a-f]{2}){4}$/u);
  expect(one.socket.length).toBeLessThan(100);
});

test("the daemon's configuration names only paths of its home", () => {
  const home = homeAt("/srv/engine");
  const config = daemonConfig(home, { base: "10.200.0.0/16", bridge: "10.200.255.1/24" }, 1400);
  expect(config).toMatchObject({
    hosts: [home.host],
    bridge: home.bridge,
    mtu: 1400,
    features: { "containerd-snapshotter": true },
  });
  const paths = [config["data-root"], config["exec-root"], config.pidfile, config["userland-proxy-path"]];
  expect(paths.filter((path) => !path.startsWith(home.folder) && !path.startsWith(home.run))).toEqual([]);
});

test("clientEnv puts the home's commands first on PATH, and only once", () => {
  const home = homeAt("/srv/engine");
  expect(clientEnv(home, `/usr/bin:${home.bin}:/bin`)["PATH"]).toBe(`${home.bin}:/usr/bin:/bin`);
});

test("on Debian 12, packages that link against the machine's libraries come from the machine's release", () => {
  expect(packagesFor("12")).toEqual(expect.arrayContaining(["docker.io/trixie", "runc/bookworm", "iptables/bookworm"]));
  expect(packagesFor("13").every((name) => name.endsWith("/trixie"))).toBe(true);
});

test.each([
  ["cgroup2 /sys/fs/cgroup cgroup2 rw 0 0", true],
  ["cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0", true],
  ["tmpfs /sys/fs/cgroup tmpfs rw 0 0", false],
  ["", false],
])("mountsCgroups(%j) is %s", (mounts, expected) => expect(mountsCgroups(mounts)).toBe(expected));

test.each([
  ["CapEff:\t000001ffffffffff", true],
  ["CapEff:\t00000000a80425fb", false],
  ["", false],
])("holdsCapabilities(%j) is %s", (status, expected) =>
  expect(holdsCapabilities(`Name:\tx\n${status}\n`)).toBe(expected),
);

test("parseOsRelease reads values with and without quotes", () =>
  expect(parseOsRelease('ID=debian\nVERSION_ID="12"\n')).toEqual({ ID: "debian", VERSION_ID: "12" }));

test("mountsBelow lists a mount before the one that contains it", () =>
  expect(mountsBelow("a /h/data x\nb /h/data/over\\040lay x\nc /hidden x\nd /h/database x\n", ["/h/data"])).toEqual([
    "/h/data/over lay",
    "/h/data",
  ]));

test("imagesToBuild selects absent images and stand-ins of another recipe, and no real image", () => {
  const present = parseImages(
    '["a:1","registry.example/a:1"]\tnull\n["b:1"]\t{"wmd.stand-in":"true","wmd.stand-in.recipe":"old"}\n["c:1"]\t{"wmd.stand-in":"true","wmd.stand-in.recipe":"new"}\n',
  );
  expect(imagesToBuild(["a:1", "b:1", "c:1", "d:1", "d:1"], present, "new")).toEqual(["b:1", "d:1"]);
});

test.each([
  ["dial tcp: lookup registry on 10.0.0.1:53: no such host", true],
  ["dial tcp 1.2.3.4:443: i/o timeout", true],
  ["dial tcp 1.2.3.4:443: connect: network is unreachable", true],
  ["toomanyrequests: You have reached your pull rate limit", false],
  ["pull access denied for x, repository does not exist", false],
  ["tls: failed to verify certificate: x509: certificate signed by unknown authority", false],
  ["unexpected status from HEAD request: 403 Forbidden", false],
])("isRegistryUnreachable(%j) is %s", (stderr, unreachable) => expect(isRegistryUnreachable(stderr)).toBe(unreachable));

test("bakeFile gives a stand-in the name of the real image, and the labels of stand-ins", () => {
  const file = bakeFile([images.registry], "abc", "/ctx", { HTTP_PROXY: "http://p" });
  expect(file.target["registry"]).toMatchObject({
    tags: [images.registry],
    labels: { "wmd.stand-in": "true", "wmd.stand-in.recipe": "abc" },
    args: { HTTP_PROXY: "http://p" },
  });
  expect(recipeHash()).toMatch(/^[0-9a-f]{12}$/u);
});

test("pipSettings prefers the environment to the files, and reads the section [global] only", () => {
  const file = "[install]\nindex-url = http://no/\n[global]\nindex-url = http://file/\ntrusted-host = a\n  b\n[x]\n";
  expect(pipSettings([file], {})).toContain("index-url = http://file/\ntrusted-host = a\n  b");
  expect(pipSettings([file], { PIP_INDEX_URL: "http://env/" })).toContain("index-url = http://env/");
  expect(pipSettings(["", ""], {})).not.toContain("index-url");
  expect(npmSettings("https://r/")).toContain("registry=https://r/");
  expect(npmSettings("undefined")).not.toContain("registry=");
});

test("goSettings prefers the environment to the file, and keeps only the settings for module sources", () => {
  const file = "GOFLAGS=-mod=mod\nGOPROXY=http://file\nGONOSUMDB=a,b\n";
  expect(goSettings(file, {})).toBe("GOPROXY=http://file\nGONOSUMDB=a,b\n");
  expect(goSettings(file, { GOPROXY: "http://env,direct" })).toBe("GOPROXY=http://env,direct\nGONOSUMDB=a,b\n");
  expect(goSettings("", {})).toBe("");
});

test("certificates splits a bundle, and drops the text between certificates", () => {
  const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
  expect(certificates(`# A\n${pem("YQ==")}\n\n# B\n${pem("Yg==")}\n`)).toEqual([pem("YQ=="), pem("Yg==")]);
});
