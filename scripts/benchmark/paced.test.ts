import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { paced, percentile } from "./paced.ts";

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  test.each([
    { values: hundred, part: 50, is: 50 },
    { values: hundred, part: 99, is: 99 },
    { values: hundred, part: 100, is: 100 },
    { values: [7], part: 99, is: 7 },
    { values: [], part: 99, is: Number.NaN },
  ])("$part of a hundred: $is", ({ values, part, is }) => expect(percentile(values, part)).toBe(is));
});

describe("paced", () => {
  let end = (): void => undefined;
  afterEach(() => end());

  const serving = async (status: number): Promise<{ readonly url: string; readonly requests: () => number }> => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.writeHead(status).end("page");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    end = () => server.close();
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests: () => requests };
  };

  test("measures each request from when it was due", async () => {
    const { url, requests } = await serving(200);
    const found = await paced(url, 500, 0.2);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toHaveLength(requests());
    expect(Math.min(...found)).toBeGreaterThan(0);
  });
  test("fails on another status than 200", async () => {
    const { url } = await serving(503);
    await expect(paced(url, 500, 0.2)).rejects.toThrow("503");
  });
});
