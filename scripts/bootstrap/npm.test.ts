import { describe, expect, test } from "vitest";
import { remedyFor } from "./npm.mjs";

describe("remedies", () => {
  test("each kind of failure has its own", () => {
    const remedies = ["EACCES", "ENOSPC", "ENOTFOUND", "anything else"].map((code) =>
      remedyFor(`npm error code ${code}`, "/x"),
    );
    expect(new Set(remedies).size).toBe(4);
  });

  test.each([
    ["EACCES", "EPERM", "EROFS"],
    ["ENOSPC", "EDQUOT"],
    [
      "ENOTFOUND",
      "EAI_AGAIN",
      "ECONNREFUSED",
      "ECONNRESET",
      "ETIMEDOUT",
      "ENETUNREACH",
      "ERR_SOCKET_TIMEOUT",
      "ENOTCACHED",
    ],
  ])("%s and its like have one remedy", (...codes) =>
    expect(new Set(codes.map((code) => remedyFor(`Error: ${code}: x`, "/x"))).size).toBe(1),
  );
});
