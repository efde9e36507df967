/** The examples of the cheat sheet in GitHub's documentation, and the order of patterns. */
import { expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { matchesFilter } from "./patterns.ts";

test.each<[string, readonly string[], readonly string[]]>([
  ["feature/*", ["feature/my-branch", "feature/"], ["feature/beta-a/my-branch", "feature"]],
  ["feature/**", ["feature/beta-a/my-branch", "feature/your-branch"], ["feature"]],
  ["main", ["main"], ["Main", "main2", "x/main"]],
  ["*", ["main", "releases"], ["all/the/branches"]],
  ["**", ["main", "all/the/branches"], []],
  ["*feature", ["mona-feature", "feature"], ["ver-10-feature/x"]],
  ["v2*", ["v2", "v2.0", "v2.9"], ["v1"]],
  ["v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"], ["v3.0.0", "v1.1", "v1.x.1"]],
  ["*.jsx?", ["page.js", "page.jsx"], ["page.ts", "pages/page.js"]],
  ["**.js", ["index.js", "src/js/app.js"], ["index.jsx"]],
  ["docs/*", ["docs/README.md"], ["docs/mona/octocat.txt"]],
  ["docs/**/*.md", ["docs/README.md", "docs/mona/hello-world.md"], ["README.md"]],
  ["**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt"], ["mydocs/x"]],
  ["**/README.md", ["README.md", "js/README.md"], ["README.mdx"]],
  ["**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"], ["a/srcs"]],
  ["a+b", ["ab", "aab"], ["b", "a+b"]],
  [String.raw`\*`, ["*"], ["x"]],
  ["+x", ["+x"], ["x"]],
  ["a.b|c", ["a.b|c"], ["aXb|c", "c"]],
])("%s", (pattern, matching, others) => {
  expect(matching.filter((name) => !matchesFilter([pattern], name))).toEqual([]);
  expect(others.filter((name) => matchesFilter([pattern], name))).toEqual([]);
});

test.each<[readonly string[], string, boolean]>([
  [["releases/**", "!releases/**-alpha"], "releases/10", true],
  [["releases/**", "!releases/**-alpha"], "releases/10-alpha", false],
  [["!releases/**-alpha", "releases/**"], "releases/10-alpha", true],
  [["*.md", "!README.md", "README*"], "README.md", true],
  [["!x"], "y", false],
  [[], "x", false],
])("%j and %s: the last pattern that matches decides", (patterns, name, expected) =>
  expect(matchesFilter(patterns, name)).toBe(expected),
);

test("a reversed range is an error that names the pattern", () => {
  expect(() => matchesFilter(["v[z-a]"], "vb")).toThrow(UserError);
  expect(() => matchesFilter(["v[z-a]"], "vb")).toThrow("v[z-a]");
});
