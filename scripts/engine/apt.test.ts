import { describe, expect, test } from "vitest";
import {
  findMirror,
  formatDeb822,
  formatOneLine,
  mirrorSettings,
  parseDeb822,
  parseOneLine,
  privateConfig,
} from "./apt.ts";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const main = { components: ["main"], trusted: false };

describe("parseOneLine", () => {
  test.each([
    {
      line: "deb http://mirror/debian bookworm main",
      sources: [{ ...main, uri: "http://mirror/debian", suite: "bookworm", signedBy: undefined }],
    },
    {
      line: `deb [arch=amd64 signed-by=${keyring}] http://mirror/debian trixie main contrib # ours`,
      sources: [
        { ...main, components: ["main", "contrib"], uri: "http://mirror/debian", suite: "trixie", signedBy: keyring },
      ],
    },
    {
      line: "deb [trusted=yes] http://mirror/debian trixie main",
      sources: [{ ...main, trusted: true, uri: "http://mirror/debian", suite: "trixie", signedBy: undefined }],
    },
    { line: "# deb http://mirror/debian bookworm main", sources: [] },
    { line: "deb-src http://mirror/debian bookworm main", sources: [] },
    { line: "", sources: [] },
  ])("$line", ({ line, sources }) => expect(parseOneLine(line)).toEqual(sources));
});

describe("parseDeb822", () => {
  test("returns one source for each suite, and skips comments and disabled stanzas", () => {
    const content = [
      "Types: deb deb-src",
      "# a snapshot",
      "URIs: http://mirror/debian",
      "Suites: bookworm bookworm-updates",
      "Components: main",
      `Signed-By: ${keyring}`,
      "",
      "Types: deb",
      "URIs: http://mirror/security",
      "Suites: bookworm-security",
      "Components: main",
      "",
      "Enabled: no",
      "Types: deb",
      "URIs: http://elsewhere/",
      "Suites: x",
      "Components: main",
      "",
    ].join("\n");
    expect(parseDeb822(content)).toEqual([
      { ...main, uri: "http://mirror/debian", suite: "bookworm", signedBy: keyring },
      { ...main, uri: "http://mirror/debian", suite: "bookworm-updates", signedBy: keyring },
      { ...main, uri: "http://mirror/security", suite: "bookworm-security", signedBy: undefined },
    ]);
  });

  test("reads folded fields, and drops an embedded key", () => {
    const content = [
      "Types: deb",
      "URIs:",
      " http://a/debian",
      "Suites: trixie",
      "Components: main",
      "Signed-By:",
      " -----BEGIN PGP PUBLIC KEY BLOCK-----",
      " .",
    ].join("\n");
    expect(parseDeb822(content)).toEqual([{ ...main, uri: "http://a/debian", suite: "trixie", signedBy: undefined }]);
  });
});

test("findMirror returns the source of the release itself, not of its updates or of third-party packages", () => {
  const source = (uri: string, suite: string, components = ["main"]) => ({
    uri,
    suite,
    components,
    signedBy: undefined,
    trusted: false,
  });
  const others = [
    source("http://tools/", "stable", ["tools"]),
    source("http://m/security", "bookworm-security"),
    source("http://m/debian", "bookworm-updates"),
  ];
  expect(findMirror([...others, source("http://m/debian", "bookworm")], "bookworm")?.uri).toBe("http://m/debian");
  expect(findMirror([...others, source("http://m/stable", "stable")], "bookworm")?.uri).toBe("http://m/stable");
  expect(findMirror(others, "bookworm")).toBeUndefined();
});

test("a source is formatted with its keyring or its trust option, in both formats", () => {
  const source = { ...main, uri: "http://m/debian", suite: "bookworm", signedBy: keyring };
  expect(formatOneLine(source, "trixie")).toBe(`deb [signed-by=${keyring}] http://m/debian trixie main`);
  expect(formatOneLine({ ...source, signedBy: undefined }, "trixie")).toBe("deb http://m/debian trixie main");
  expect(parseDeb822(formatDeb822(source, "trixie", keyring))).toEqual([{ ...source, suite: "trixie" }]);
});

test("the private configuration contains no path of the machine's own apt", () => {
  const paths = privateConfig("/home/x/apt", "/home/x/apt/status").match(/"\/[^"]*"/gu) ?? [];
  expect(paths.filter((path) => !path.startsWith('"/home/x/apt') && path !== '"/dev/null"')).toEqual([]);
});

test("mirrorSettings selects the settings for proxies and date checks only", () => {
  const dump = [
    'Acquire "";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::http::Proxy "http://p:1";',
    'Acquire::http::Proxy::host "";',
    'Acquire::Languages:: "none";',
    'APT::Architecture "amd64";',
  ];
  expect(mirrorSettings(dump.join("\n"))).toBe(
    'Acquire::Check-Valid-Until "false";\nAcquire::http::Proxy "http://p:1";',
  );
});
