import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { ApiError, read, write } from "../src/api/client.ts";
import { type ClientErrorCode, clientErrorText } from "../src/api/client-errors.ts";
import { basePath } from "../src/base.ts";
import { reloadOnce } from "../src/shell/reload-once.ts";
import { errorBody, fieldError, serve, titleOf, token } from "./server.ts";

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

describe("basePath", () => {
  test.each([
    { content: undefined, base: "/" },
    { content: "./", base: "/" },
    { content: "/", base: "/" },
    { content: "/django-react/", base: "/django-react/" },
  ])("is $base for the meta content $content", ({ content, base }) => {
    if (content !== undefined) mount(content);
    expect(basePath()).toBe(base);
  });

  test("is the prefix of every request", async () => {
    mount("/django-react/");
    const requests = serve({ "GET /django-react/api/n": [{ body: { n: 1 } }] });
    await expect(read("n", Number)).resolves.toEqual({ n: 1 });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers.get("Accept")).toBe("application/json");
  });
});

describe("a failed request", () => {
  test.each([
    { name: "an error of the API", response: { status: 422, body: errorBody("invalid_diagram", [fieldError("name", "too_long")]) }, status: 422, code: "invalid_diagram" },
    { name: "an error page of a proxy", response: { status: 502, body: "<h1>Bad</h1>" }, status: 502, code: "failed" },
    { name: "an unreachable database", response: { status: 503, body: { detail: "down" } }, status: 503, code: "unavailable" },
    { name: "no network", response: new TypeError("failed"), status: 0, code: "unreachable" },
    { name: "a body that does not match the schema", response: { body: { m: 1 } }, status: 200, code: "invalid_response" },
    { name: "a body that a proxy rejects", response: { status: 413, body: "<h1>Large</h1>" }, status: 413, code: "data_too_large" },
  ])("$name: $code", async ({ response, status, code }) => {
    serve({ "GET /api/n": [response] });
    const error = await failure(read("n", Number));
    expect({ status: error.status, code: error.code }).toEqual({ status, code });
  });

  test("an error of the API has the sentences of the server, and the errors of its fields", async () => {
    serve({ "GET /api/n": [{ status: 422, body: errorBody("invalid_diagram", [fieldError("name", "too_long")]) }] });
    const error = await failure(read("n", Number));
    expect(error.message).toBe(titleOf("invalid_diagram"));
    expect(error.errors).toEqual([fieldError("name", "too_long")]);
    expect(error.messageFor("name")).toBe(titleOf("too_long"));
  });

  test.each<ClientErrorCode>(["unreachable", "unavailable", "data_too_large", "failed", "invalid_response"])("%s has a sentence of its own", (code) => {
    expect(clientErrorText(code, 500)).toMatch(/^[A-Z].*\.$/);
  });

  test("the sentence for an unknown failure contains the status", () => {
    expect(clientErrorText("failed", 502)).toContain("502");
  });

  test("an aborted request rejects with the original error", async () => {
    serve({ "GET /api/n": [new Error("stop")] });
    await expect(read("n", Number, AbortSignal.abort())).rejects.toThrow("stop");
  });
});

describe("writing", () => {
  test("sends the token and fetches it once", async () => {
    const requests = serve({ ...token, "PUT /api/n": [{ body: { n: 1 } }] });
    await write("PUT", "n", Number, { n: 0 });
    await write("PUT", "n", Number, { n: 0 });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /api/csrf", "PUT /api/n", "PUT /api/n"]);
    expect(requests[1]?.headers.get("X-CSRFToken")).toBe("t1");
    expect(requests[1]?.body).toEqual({ n: 0 });
  });

  test("fetches another token if the server rejects the old one", async () => {
    const rejected = { status: 403, body: errorBody("csrf_failed") };
    const requests = serve({
      "GET /api/csrf": [{ body: { token: "t1" } }, { body: { token: "t2" } }],
      "POST /api/n": [rejected, { body: { n: 1 } }],
    });
    await expect(write("POST", "n", Number, {})).resolves.toEqual({ n: 1 });
    expect(requests.at(-1)?.headers.get("X-CSRFToken")).toBe("t2");
  });

  test("retries once, and only after a CSRF error", async () => {
    const rejected = { status: 403, body: errorBody("csrf_failed") };
    const requests = serve({ ...token, "POST /api/n": [rejected], "PUT /api/n": [{ status: 403, body: errorBody("sign_in_to_edit") }] });
    await failure(write("POST", "n", Number, {}));
    expect(requests).toHaveLength(4);
    await failure(write("PUT", "n", Number, {}));
    expect(requests).toHaveLength(5);
  });

  test("accepts an empty response", async () => {
    serve({ ...token, "DELETE /api/n": [{ status: 204 }] });
    await expect(write("DELETE", "n", v.undefined())).resolves.toBeUndefined();
  });
});

test("a page is reloaded at most once in ten seconds", () => {
  window.sessionStorage.clear();
  const now = 1_800_000_000_000;
  expect(reloadOnce(window.sessionStorage, now)).toBe(true);
  expect(reloadOnce(window.sessionStorage, now + 9999)).toBe(false);
  expect(reloadOnce(window.sessionStorage, now + 10_000)).toBe(true);
});
