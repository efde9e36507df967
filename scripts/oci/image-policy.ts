/** The policy for our images: a finding means that the image must not be published. Pure. */
import { shortDigest } from "../../contract/digests.ts";
import type { Contents, LayerFile } from "./layers.ts";

export interface ImageFinding {
  readonly rule: string;
  /** The layer and the path, or the part of the configuration. */
  readonly where: string;
}

/** Further findings of one rule are only counted. */
const MAX_SHOWN = 5;

/** The first findings of each rule, one a line, and the number of the others. */
export const summarized = (findings: readonly ImageFinding[]): readonly string[] =>
  [...new Set(findings.map(({ rule }) => rule))].flatMap((rule) => {
    const same = findings.filter((finding) => finding.rule === rule);
    return [
      ...same.slice(0, MAX_SHOWN).map(({ where }) => `${rule}: ${where}`),
      ...(same.length > MAX_SHOWN ? [`${rule}: ${same.length - MAX_SHOWN} more`] : []),
    ];
  });

/** Build tools by name; a target may precede it and a version follow it: `x86_64-alpine-linux-musl-gcc-15`. */
const buildTools =
  "pip|wheel|easy_install|uv|g?cc|[gc]\\+\\+|cpp|clang(?:\\+\\+)?|ld|as|make|cmake|ninja|meson|rustc|cargo|go|node|npm|npx|git";

const folders = (...names: readonly string[]): RegExp => new RegExp(`(?:^|/)(?:${names.join("|")})/`, "u");

/** Rules by path. */
const paths: Readonly<Record<string, readonly RegExp[]>> = {
  "a packaging tool": [
    /\/site-packages\/(?:pip|setuptools|wheel|pkg_resources|_distutils_hack)(?:-[^/]+\.dist-info)?\//u,
    /\.(?:whl|egg)$/u,
  ],
  "a build tool": [new RegExp(`(?:^|/)s?bin/(?:[\\w.]+-)*(?:${buildTools})[\\d.]*(?:-[\\d.]+)?$`, "u")],
  "a system package": [/^(?:usr\/)?(?:lib\/apk|var\/lib\/dpkg)\//u],
  "a development tool": [
    folders("devkit", "stripe_fake"),
    /\/site-packages\/(?:_?pytest|pytest_cov|coverage|hypothesis|mypy|ruff)(?:-[^/]+\.dist-info)?\//u,
  ],
  tests: [folders("tests"), /(?:^|\/)(?:conftest|test_[^/]*)\.pyc?$/u],
  "a cache": [
    folders("\\.cache", "\\.npm", "\\.(?:pytest|mypy|ruff)_cache", "\\.hypothesis", "node_modules", "htmlcov"),
    /^(?:root|tmp|run|var\/cache|var\/lib\/apt|var\/tmp)\/./u,
    /(?:^|\/)\.coverage(?:\.[^/]*)?$/u,
  ],
  "settings of the build machine": [
    folders("\\.git", "\\.ssh", "\\.aws", "\\.docker", "\\.kube", "\\.gnupg"),
    /(?:^|\/)(?:\.env(?:\.[^/]*)?|\.?pip\.conf|\.npmrc|\.netrc|\.pypirc|\.git-credentials|\.dockercfg)$/u,
  ],
  "a key store": [/\.(?:key|p12|pfx|jks|keystore)$/u, /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/u],
  "certificates of the build machine": [
    /^(?:etc\/(?:ssl|pki|ca-certificates)|usr\/(?:local\/)?share\/ca-certificates)\//u,
  ],
};

/** Rules by content. The forms are those that the issuers document, so that a text about tokens is no finding. */
const secrets: Readonly<Record<string, RegExp>> = {
  "a private key": /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+(?:[\w-]+: .*\s+)*[\w+/=]{40}/u,
  "a token": new RegExp(
    [
      String.raw`gh[oprsu]_\w{36}`,
      String.raw`github_pat_\w{60}`,
      String.raw`glpat-[\w-]{20}`,
      String.raw`dckr_[a-z]{3}_[\w-]{27}`,
      String.raw`npm_[A-Za-z0-9]{36}`,
      String.raw`pypi-AgE[\w-]{50}`,
      String.raw`(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16}`,
      String.raw`whsec_[A-Za-z0-9+/]{24}`,
      String.raw`xox[abprs]-\d+-[\w-]{10}`,
      String.raw`(?:AKIA|ASIA)[A-Z0-9]{16}`,
      String.raw`AIza[\w-]{35}`,
    ]
      .map((form) => `(?<!\\w)${form}`)
      .join("|"),
    "u",
  ),
  "a password in an address": /\w:\/\/[\w.-]+:(?!(?:\*+|pass(?:word)?|tiger|secret)@)[^\s/@:$%{}<>"'`]+@[\w-]/u,
  "the address of a package index":
    /^\s*(?:(?:extra-)?index-url|trusted-host|find-links)\s*[=:]|^\s*(?:@[\w-]+:)?registry\s*=\s*https?:|_authToken\s*=/mu,
};

/** A CA bundle that a library ships is public; any other is the build machine's. */
const ships = (path: string): boolean =>
  /\/site-packages\/[^/]+\/(?:[^/]+\/)*(?:cacert|ca-certificates)\.(?:pem|crt)$/u.test(path);
const certificate = /-----BEGIN CERTIFICATE-----\s+[\w+/=]{40}/u;

/** `NAME=value` of a secret, which belongs into a file that is mounted at the start. */
const setting =
  /(?<![\w-])\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|API_?KEY|PRIVATE_?KEY)(?!\w*_FILE)\w*=(?!\s)(?:"[^"]+"|'[^']+'|[^\s"'$]+)/iu;

export function imageFindings(contents: Contents): readonly ImageFinding[] {
  return [
    ...configurationFindings(contents),
    ...contents.layers.flatMap(layerFindings),
    ...foreignPartFindings(contents),
  ];
}

/** `appkit` has one part per framework; an image needs only the part for the framework that is installed in it. */
function foreignPartFindings({ layers }: Contents): readonly ImageFinding[] {
  const files = layers.flatMap((layer) => layer.files.map((file) => ({ path: file.path, where: place(layer, file) })));
  return ["django", "flask"]
    .filter((framework) => !files.some(({ path }) => path.includes(`/site-packages/${framework}/`)))
    .flatMap((framework) => {
      const rule = `the part of appkit for ${framework}, which is not installed`;
      const part = folders(`appkit/${framework}`);
      return files.filter(({ path }) => part.test(path)).map(({ where }) => ({ rule, where }));
    });
}

function configurationFindings({ configuration, base }: Contents): readonly ImageFinding[] {
  const { user, healthCheck, env, history } = configuration;
  const [form, program = ""] = healthCheck;
  const variables = Object.entries(env).filter(([name, value]) => base.env[name] !== value);
  const said = [
    ...variables.map(([name, value]) => ({ where: `environment: ${name}`, text: `${name}=${value}` })),
    ...history
      .slice(base.history.length)
      .map((text, at) => ({ where: `instruction ${at + 1}: ${instruction(text)}`, text })),
  ];
  return [
    ...(/^[1-9]\d*(?::\d+)?$/u.test(user)
      ? []
      : [{ rule: "a user that is no number, or root", where: `user: ${user || "none"}` }]),
    ...(form === "CMD" && !/(?:^|\/)(?:ba|da|a)?sh$/u.test(program)
      ? []
      : [
          {
            rule: "a health check that is none, or needs a shell",
            where: `health check: ${healthCheck.join(" ") || "none"}`,
          },
        ]),
    ...said.flatMap(({ where, text }) => [
      ...(setting.test(text) ? [{ rule: "a secret among its settings", where }] : []),
      ...secretsIn(text).map((rule) => ({ rule, where })),
    ]),
  ];
}

type Layer = Contents["layers"][number];

const layerFindings = (layer: Layer): readonly ImageFinding[] =>
  layer.files.flatMap((file) => fileFindings(file).map((rule) => ({ rule, where: place(layer, file) })));

const place = ({ digest, createdBy }: Layer, { path }: LayerFile): string =>
  `layer ${shortDigest(digest)} (${instruction(createdBy)}): ${path}`;

/** The beginning of an instruction; the value after an equals sign may be the secret. */
const instruction = (text: string): string => text.replace(/=.*/su, "=…").slice(0, 60);

const fileFindings = ({ path, text }: LayerFile): readonly string[] => [
  ...Object.entries(paths)
    .filter(([, patterns]) => patterns.some((pattern) => pattern.test(path)))
    .map(([rule]) => rule),
  ...secretsIn(text),
  ...(certificate.test(text) && !ships(path) ? ["certificates of the build machine"] : []),
];

const secretsIn = (text: string): readonly string[] =>
  Object.entries(secrets)
    .filter(([, pattern]) => pattern.test(text))
    .map(([rule]) => rule);
