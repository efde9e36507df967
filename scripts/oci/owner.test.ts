import { expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { splitOwner } from "./owner.ts";

test.each([
  { owner: "wmd", host: "docker.io", account: "wmd" },
  { owner: "docker.io/wmd", host: "docker.io", account: "wmd" },
  { owner: "index.docker.io/wmd", host: "docker.io", account: "wmd" },
  { owner: "127.0.0.1:5123/wmd", host: "127.0.0.1:5123", account: "wmd" },
  { owner: "localhost/wmd", host: "localhost", account: "wmd" },
  { owner: "[::1]:5123/wmd", host: "[::1]:5123", account: "wmd" },
  { owner: "ghcr.io/wmd/apps", host: "ghcr.io", account: "wmd/apps" },
])("$owner is $account at $host", ({ owner, host, account }) => {
  expect(splitOwner(owner)).toEqual({ host, account });
});

test.each([
  "",
  "Wmd",
  "wmd/",
  "ghcr.io/",
  "127.0.0.1:5123",
  "evil@ghcr.io/wmd",
  "https://ghcr.io/wmd",
  "ghcr.io:x/wmd",
])("%j owns nothing", (owner) => {
  expect(() => splitOwner(owner)).toThrow(UserError);
});
