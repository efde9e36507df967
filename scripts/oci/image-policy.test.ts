import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { disk } from "../core/files.ts";
import { readContents } from "./layers.ts";
import { imageFindings, summarized } from "./image-policy.ts";
import { type Layout, digestOf } from "./layout.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "image-rules-"))));
afterAll(() => rm(folder, { recursive: true }));

type Files = Readonly<Record<string, string>>;
interface Image {
  readonly layers: readonly Files[];
  readonly configuration?: Partial<Layout["configuration"]>;
}

/** As BuildKit leaves it: layers as packed tar files under their digests. */
async function layoutOf({ layers, configuration }: Image): Promise<Layout> {
  const blobs = await Promise.all(
    layers.map(async (files) => {
      const entries = Object.entries(files).map(([name, body]) => {
        const link = /^-> (.+)$/u.exec(body)?.[1];
        if (link !== undefined)
          return { header: { name, size: 0, type: "symlink" as const, linkname: link, mtime: new Date(0) } };
        return { header: { name, size: Buffer.byteLength(body), type: "file" as const, mtime: new Date(0) }, body };
      });
      const bytes = gzipSync(
        await packTar([{ header: { name: "opt/", size: 0, type: "directory", mtime: new Date(0) } }, ...entries]),
      );
      const digest = digestOf(bytes);
      const path = join(folder, digest.slice("sha256:".length));
      await writeFile(path, bytes);
      return { digest, size: bytes.length, path };
    }),
  );
  return {
    folder,
    digest: digestOf(Buffer.from(blobs.join())),
    manifest: { mediaType: "", bytes: Buffer.alloc(0) },
    blobs,
    size: 0,
    configuration: {
      platform: { os: "linux", architecture: "amd64" },
      labels: {},
      env: {},
      user: "10001:10001",
      healthCheck: ["CMD", "python", "-m", "appkit.healthcheck"],
      history: ["ADD root", ...layers.slice(1).map((_, at) => `COPY ${at}`)],
      layers: blobs.map(({ digest, size }, at) => ({ digest, size, createdBy: at === 0 ? "ADD root" : `COPY ${at}` })),
      ...configuration,
    },
  };
}

/** The content of the base image is its publisher's responsibility: pip, a shell's history, a key. */
const baseImage: Image = {
  layers: [{ "usr/local/bin/pip": "", "root/.ash_history": "", "etc/ssl/certs/ca.pem": "-----BEGIN CERTIFICATE-----" }],
  configuration: {
    user: "",
    healthCheck: [],
    env: { GPG_KEY: "7169605F", BASE_TOKEN: "public" },
    history: ["ADD root"],
  },
};

async function findings(image: Image): Promise<readonly string[]> {
  const base = await layoutOf(baseImage);
  const full = await layoutOf({ ...image, layers: [...baseImage.layers, ...image.layers] });
  return imageFindings(await readContents(full, base, disk)).map(({ rule, where }) => `${rule}: ${where}`);
}

const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
const site = "opt/venv/lib/python3.13/site-packages";

describe("each of these is refused, with its layer and its path", () => {
  test.each([
    ["a packaging tool", `${site}/pip/__init__.pyc`, ""],
    ["a packaging tool", `${site}/setuptools-80.0.dist-info/METADATA`, ""],
    ["a packaging tool", "opt/wheels/flask-3.1-py3-none-any.whl", ""],
    ["a development tool", "app/devkit/verify.py", ""],
    ["a development tool", "app/stripe_fake/server.pyc", ""],
    ["a development tool", `${site}/_pytest/runner.py`, ""],
    ["a development tool", `${site}/mypy-1.18.2.dist-info/METADATA`, ""],
    ["the part of appkit for django, which is not installed", "app/appkit/django/wsgi.py", ""],
    ["the part of appkit for flask, which is not installed", "app/appkit/flask/project.py", ""],
    ["a build tool", "opt/venv/bin/pip3.13", ""],
    ["a build tool", "opt/venv/bin/wheel", ""],
    ["a build tool", "usr/bin/x86_64-alpine-linux-musl-gcc-15.2.0", ""],
    ["a build tool", "usr/bin/make", "-> busybox"],
    ["a system package", "lib/apk/db/installed", ""],
    ["a system package", "var/lib/dpkg/status", ""],
    ["tests", "app/tests/test_views.py", ""],
    ["tests", `${site}/thing/tests/__init__.pyc`, ""],
    ["tests", "app/shop/conftest.py", ""],
    ["a cache", "root/.cache/pip/http/a", ""],
    ["a cache", "app/.mypy_cache/3.13/a.json", ""],
    ["a cache", "app/node_modules/a/index.js", ""],
    ["a cache", "tmp/requirements.txt", ""],
    ["a cache", "app/.coverage", ""],
    ["settings of the build machine", "app/.env", ""],
    ["settings of the build machine", "app/.env.production", ""],
    ["settings of the build machine", "app/.git/config", ""],
    ["settings of the build machine", "etc/pip.conf", ""],
    ["settings of the build machine", "app/.npmrc", ""],
    ["settings of the build machine", "home/app/.docker/config.json", ""],
    ["a key store", "app/deploy.key", ""],
    ["a key store", "app/id_ed25519", ""],
    ["certificates of the build machine", "etc/ssl/certs/ca-certificates.crt", ""],
    ["certificates of the build machine", "app/bundle.txt", `-----BEGIN CERTIFICATE-----\n${body}\n`],
    ["a private key", "app/config.py", `KEY = """-----BEGIN RSA PRIVATE KEY-----\n${body}\n`],
    ["a private key", "app/config", `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${body}\n`],
    ["a token", "app/settings.pyc", `\u0000\u00ff'sk_live_${"a1".repeat(12)}'`],
    ["a token", "app/x.js", `const t="ghp_${"a".repeat(36)}"`],
    ["a token", "app/x.txt", `AKIA${"ABCD1234".repeat(2)}`],
    ["a password in an address", "app/x.toml", "url = 'postgres://shop:hunter2@db.example/shop'"],
    ["the address of a package index", "app/etc", "[global]\nindex-url = https://pypi.example/simple\n"],
    ["the address of a package index", "app/rc", "@wmd:registry=https://npm.example/\n"],
  ])("%s: %s", async (rule, path, content) => {
    const found = await findings({ layers: [{ "app/manage.py": "" }, { [path]: content }] });
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${rule}: layer sha256:\\w{12} \\(COPY 2\\): `, "u"))]);
    expect(found[0]).toContain(path);
  });

  test("what a later layer removes", async () => {
    const found = await findings({ layers: [{ "app/.env": "" }, { "app/.wh..env": "" }] });
    expect(found).toEqual([expect.stringContaining("COPY 1): app/.env")]);
  });
});

describe("of its configuration is refused", () => {
  test.each([
    ["a user that is no number, or root: user: none", { user: "" }],
    ["a user that is no number, or root: user: app", { user: "app" }],
    ["a user that is no number, or root: user: 0:0", { user: "0:0" }],
    ["a health check that is none, or needs a shell: health check: none", { healthCheck: [] }],
    ["a health check that is none, or needs a shell: health check: NONE", { healthCheck: ["NONE"] }],
    [
      "a health check that is none, or needs a shell: health check: CMD-SHELL true",
      { healthCheck: ["CMD-SHELL", "true"] },
    ],
    [
      "a health check that is none, or needs a shell: health check: CMD /bin/sh -c true",
      { healthCheck: ["CMD", "/bin/sh", "-c", "true"] },
    ],
    ["a secret among its settings: environment: SECRET_KEY", { env: { SECRET_KEY: "django-insecure-1" } }],
    ["a token: environment: STRIPE", { env: { STRIPE: `rk_test_${"1".repeat(20)}` } }],
    [
      "a secret among its settings: instruction 1: RUN |1 NPM_TOKEN=…",
      { history: ["ADD root", "RUN |1 NPM_TOKEN=abc /bin/sh -c npm ci"] },
    ],
  ])("%s", async (message, configuration) => {
    expect(await findings({ layers: [{ "app/manage.py": "" }], configuration })).toEqual([message]);
  });
});

test("what looks like it, and is an application, passes", async () => {
  const files: Files = {
    "opt/venv/bin/python": "-> /usr/local/bin/python3",
    "opt/venv/bin/gunicorn": "#!/opt/venv/bin/python",
    [`${site}/pip_audit_hook.pyc`]: "",
    [`${site}/django/test/client.pyc`]: "",
    "app/appkit/wsgi.py": "",
    "app/appkit/django/wsgi.py": "",
    [`${site}/certifi/cacert.pem`]: `-----BEGIN CERTIFICATE-----\n${body}\n`,
    [`${site}/cryptography/serialization.pyc`]: "-----BEGIN PRIVATE KEY-----",
    "app/latest.py": "postgres://user:password@host/ and sk_live_… and whsec_",
    "app/templates/environment.html": "",
  };
  const env = { GPG_KEY: "7169605F", BASE_TOKEN: "public", SECRET_KEY_FILE: "/run/secrets/key", PORT: "5000" };
  const history = ["ADD root", "RUN TOKEN=$(cat /run/secrets/token) make"];
  expect(await findings({ layers: [files], configuration: { env, history } })).toEqual([]);
});

test("an image on another base is not looked at: nobody knows what is ours", async () => {
  const [base, other] = [await layoutOf(baseImage), await layoutOf({ layers: [{ "bin/sh": "" }] })];
  await expect(readContents(other, base, disk)).rejects.toThrow("does not begin with the layers of its base");
});

test("a layer that is no packed tar file is an error, not an empty one", async () => {
  const base = await layoutOf(baseImage);
  const image = await layoutOf({ layers: [...baseImage.layers, { "app/manage.py": "" }] });
  await writeFile(image.blobs[1]?.path ?? "", "zstd");
  await expect(readContents(image, base, disk)).rejects.toThrow("cannot be read");
});

test("many of one rule do not hide another", () => {
  const many = Array.from({ length: 800 }, (_, at) => ({ rule: "tests", where: `t${at}` }));
  const said = summarized([...many, { rule: "a token", where: "x" }]);
  expect(said).toHaveLength(7);
  expect(said.slice(-2)).toEqual(["tests: 795 more", "a token: x"]);
});
