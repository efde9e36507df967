import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { ApiError, read, write } from "../src/api/client.ts";
import { basePath } from "../src/base.ts";
import { reloadOnce } from "../src/shell/reload-once.ts";
import { refusal, serve, token } from "./server.ts";

const Number = v.object({ n: v.number() });

const mount = (content: string): void => {
  const meta = document.createElement("meta");
  meta.name = "base-path";
  meta.content = content;
  document.head.append(meta);
};

const failure = async (work: Promise<unknown>): Promise<ApiError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("it worked");
};

describe("where the application is", () => {
  test.each([
    { content: undefined, base: "/" },
    { content: "./", base: "/" },
    { content: "/", base: "/" },
    { content: "/django-react/", base: "/django-react/" },
  ])("$content is $base", ({ content, base }) => {
    if (content !== undefined) mount(content);
    expect(basePath()).toBe(base);
  });

  test("every request is below it", async () => {
    mount("/django-react/");
    const asked = serve({ "GET /django-react/api/n": [{ body: { n: 1 } }] });
    await expect(read("n", Number)).resolves.toEqual({ n: 1 });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers.get("Accept")).toBe("application/json");
  });
});

describe("what is no result", () => {
  test.each([
    { name: "a refusal", answer: { status: 422, body: refusal("No.", [{ path: "a", message: "b" }]) }, status: 422, says: "No." },
    { name: "a proxy's page", answer: { status: 502, body: "<h1>Bad</h1>" }, status: 502, says: "(status 502)" },
    { name: "a missing database", answer: { status: 503, body: { detail: "down" } }, status: 503, says: "database" },
    { name: "no network", answer: new TypeError("failed"), status: 0, says: "can't be reached" },
    { name: "another shape", answer: { body: { m: 1 } }, status: 200, says: "reload" },
  ])("$name", async ({ answer, status, says }) => {
    serve({ "GET /api/n": [answer] });
    const error = await failure(read("n", Number));
    expect(error.status).toBe(status);
    expect(error.message).toContain(says);
  });

  test("a request that was called off stays that", async () => {
    serve({ "GET /api/n": [new Error("stop")] });
    await expect(read("n", Number, AbortSignal.abort())).rejects.toThrow("stop");
  });
});

describe("writing", () => {
  test("brings the token, and asks for it once", async () => {
    const asked = serve({ ...token, "PUT /api/n": [{ body: { n: 1 } }] });
    await write("PUT", "n", Number, { n: 0 });
    await write("PUT", "n", Number, { n: 0 });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /api/csrf", "PUT /api/n", "PUT /api/n"]);
    expect(asked[1]?.headers.get("X-CSRFToken")).toBe("t1");
    expect(asked[1]?.body).toEqual({ n: 0 });
  });

  test("gets another token when the server forgot the old one", async () => {
    const forgotten = { status: 403, body: refusal("Old.", [{ path: "csrf", message: "" }]) };
    const asked = serve({
      "GET /api/csrf": [{ body: { token: "t1" } }, { body: { token: "t2" } }],
      "POST /api/n": [forgotten, { body: { n: 1 } }],
    });
    await expect(write("POST", "n", Number, {})).resolves.toEqual({ n: 1 });
    expect(asked.at(-1)?.headers.get("X-CSRFToken")).toBe("t2");
  });

  test("tries only once more, and not for another reason", async () => {
    const forgotten = { status: 403, body: refusal("Old.", [{ path: "csrf", message: "" }]) };
    const asked = serve({ ...token, "POST /api/n": [forgotten], "PUT /api/n": [{ status: 403, body: refusal("No.") }] });
    await failure(write("POST", "n", Number, {}));
    expect(asked).toHaveLength(4);
    await failure(write("PUT", "n", Number, {}));
    expect(asked).toHaveLength(5);
  });

  test("may have nothing to read", async () => {
    serve({ ...token, "DELETE /api/n": [{ status: 204 }] });
    await expect(write("DELETE", "n", v.undefined())).resolves.toBeUndefined();
  });
});

test("a page that misses a part is reloaded, but not for ever", () => {
  window.sessionStorage.clear();
  const now = 1_800_000_000_000;
  expect(reloadOnce(window.sessionStorage, now)).toBe(true);
  expect(reloadOnce(window.sessionStorage, now + 9999)).toBe(false);
  expect(reloadOnce(window.sessionStorage, now + 10_000)).toBe(true);
});
