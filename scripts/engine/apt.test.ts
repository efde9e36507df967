import { describe, expect, test } from "vitest";
import { mirror, oneLine, parseDeb822, parseOneLine, privateConfig, reachSettings, stanza } from "./apt.ts";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const main = { components: ["main"], trusted: false };

describe("one-line sources", () => {
  test.each([
    {
      line: "deb http://mirror/debian bookworm main",
      gives: [{ ...main, uri: "http://mirror/debian", suite: "bookworm", signedBy: undefined }],
    },
    {
      line: `deb [arch=amd64 signed-by=${keyring}] http://mirror/debian trixie main contrib # ours`,
      gives: [
        { ...main, components: ["main", "contrib"], uri: "http://mirror/debian", suite: "trixie", signedBy: keyring },
      ],
    },
    {
      line: "deb [trusted=yes] http://mirror/debian trixie main",
      gives: [{ ...main, trusted: true, uri: "http://mirror/debian", suite: "trixie", signedBy: undefined }],
    },
    { line: "# deb http://mirror/debian bookworm main", gives: [] },
    { line: "deb-src http://mirror/debian bookworm main", gives: [] },
    { line: "", gives: [] },
  ])("$line", ({ line, gives }) => expect(parseOneLine(line)).toEqual(gives));
});

describe("deb822 sources", () => {
  test("several suites and stanzas, comments, a disabled one", () => {
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

  test("folded fields, and a key in the field itself", () => {
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

test("the mirror is the source of the release itself, not of its updates or of others' packages", () => {
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
  expect(mirror([...others, source("http://m/debian", "bookworm")], "bookworm")?.uri).toBe("http://m/debian");
  expect(mirror([...others, source("http://m/stable", "stable")], "bookworm")?.uri).toBe("http://m/stable");
  expect(mirror(others, "bookworm")).toBeUndefined();
});

test("a source is written in either format, with what makes it trusted", () => {
  const source = { ...main, uri: "http://m/debian", suite: "bookworm", signedBy: keyring };
  expect(oneLine(source, "trixie")).toBe(`deb [signed-by=${keyring}] http://m/debian trixie main`);
  expect(oneLine({ ...source, signedBy: undefined }, "trixie")).toBe("deb http://m/debian trixie main");
  expect(parseDeb822(stanza(source, "trixie", keyring))).toEqual([{ ...source, suite: "trixie" }]);
});

test("the private configuration names no path of the machine's own apt", () => {
  const paths = privateConfig("/home/x/apt", "/home/x/apt/status").match(/"\/[^"]*"/gu) ?? [];
  expect(paths.filter((path) => !path.startsWith('"/home/x/apt') && path !== '"/dev/null"')).toEqual([]);
});

test("of the machine's settings those are carried over that say how to reach a mirror", () => {
  const dump = [
    'Acquire "";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::http::Proxy "http://p:1";',
    'Acquire::http::Proxy::host "";',
    'Acquire::Languages:: "none";',
    'APT::Architecture "amd64";',
  ];
  expect(reachSettings(dump.join("\n"))).toBe(
    'Acquire::Check-Valid-Until "false";\nAcquire::http::Proxy "http://p:1";',
  );
});
