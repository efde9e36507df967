/**
 * The stand-in base images, each with those properties of the real image that this project relies on.
 * stand-in.engine.test.ts checks them.
 */
import { images } from "../../contract/base-images.ts";

/** The label of every stand-in, and of every image that is built on one. */
export const standInLabel = "wmd.stand-in";
/** The label that holds the hash of the recipe that a stand-in was built from. */
export const recipeLabel = "wmd.stand-in.recipe";

/** A command, and the output that it must have in the image. */
interface OutputCheck {
  /** Executed by the image's own `sh`. */
  readonly run: string;
  readonly output: RegExp;
  /** Defaults to the image's own user. */
  readonly user?: string;
}

export interface StandIn {
  /** A target of bases/Dockerfile. */
  readonly target: string;
  readonly checks: readonly OutputCheck[];
  /** Fields of the image's configuration; `ports` and `volumes` are the keys of ExposedPorts and Volumes. */
  readonly config: {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly StopSignal?: string;
    readonly User?: string;
    readonly WorkingDir?: string;
    readonly ports?: readonly string[];
    readonly volumes?: readonly string[];
  };
}

/** The version in the tag of an image, and as a part of a regular expression. */
const versionOf = (image: string): string => /:v?([\d.]+)/u.exec(image)?.[1] ?? "";
const versionPattern = (image: string): string => versionOf(image).replaceAll(".", "\\.");

const python = (image: string): readonly OutputCheck[] => [
  {
    run: `python --version; python3 --version; python${versionOf(image)} --version`,
    output: new RegExp(`^(Python ${versionPattern(image)}\\.\\d+\\n){3}$`, "u"),
  },
  {
    run: "for name in python python3 pip pip3; do command -v $name; done",
    output:
      /^\/usr\/local\/bin\/python\n\/usr\/local\/bin\/python3\n\/usr\/local\/bin\/pip\n\/usr\/local\/bin\/pip3\n$/u,
  },
  {
    run: "pip --version",
    output: new RegExp(
      `^pip \\d+\\S* from /usr/local/lib/python${versionPattern(image)}/site-packages/pip \\(python ${versionPattern(image)}\\)`,
      "u",
    ),
  },
  {
    run: "python -c 'import sys, site, sysconfig; print(sys.prefix, site.getsitepackages(), sysconfig.get_path(\"purelib\"))'",
    output: new RegExp(
      `^/usr/local \\['(/usr/local/lib/python${versionPattern(image)}/site-packages)'\\] \\1\\n$`,
      "u",
    ),
  },
  {
    run: "python -c 'import ssl, sqlite3, ctypes, bz2, lzma, zlib, readline, curses, uuid, decimal, zoneinfo; print(zoneinfo.ZoneInfo(\"Europe/Paris\"))'",
    output: /^Europe\/Paris\n$/u,
  },
  {
    run: "python -m venv /tmp/v && /tmp/v/bin/pip --version && /tmp/v/bin/python -c 'import sys; print(sys.prefix != sys.base_prefix, sys.path[-1])'",
    output: new RegExp(`\\nTrue /tmp/v/lib/python${versionPattern(image)}/site-packages\\n$`, "u"),
  },
  { run: "python -m venv /tmp/v && /tmp/v/bin/python -c 'print(1)'", output: /^1\n$/u, user: "65532:65532" },
  { run: "python -c 'import ssl; print(len(ssl.create_default_context().get_ca_certs()) > 50)'", output: /^True\n$/u },
];

const node = (image: string): readonly OutputCheck[] => [
  {
    run: "node --version; for name in node npm npx; do command -v $name; done",
    output: new RegExp(
      `^v${versionPattern(image)}\\.\\d+\\.\\d+\\n/usr/local/bin/node\\n/usr/local/bin/npm\\n/usr/local/bin/npx\\n$`,
      "u",
    ),
  },
  { run: "npm --version", output: /^11\.\d+\.\d+\n$/u },
  { run: "npm --version; id -u; id -g; echo $HOME", output: /^11\.\S+\n1000\n1000\n\/home\/node\n$/u, user: "node" },
];

/** The commands of alpine's busybox that health checks and scripts use. */
const applets: readonly OutputCheck[] = [
  { run: "for name in sh wget nc ps vi; do command -v $name; done", output: /^(\S*\/(sh|wget|nc|ps|vi)\n){5}$/u },
];

/** apt is configured with a package source. A build of tests/Dockerfile shows that packages can be installed from it. */
const slim: readonly OutputCheck[] = [
  {
    run: "apt-get update --print-uris | grep -o trixie_InRelease",
    output: /^trixie_InRelease\n$/u,
  },
  { run: "command -v wget || echo none", output: /^none\n$/u },
];

const pythonConfig = { Cmd: ["python3"] } as const;
const nodeConfig = { Entrypoint: ["docker-entrypoint.sh"], Cmd: ["node"] } as const;

export const standIns = {
  [images.application]: {
    target: "python-alpine",
    checks: [...python(images.application), ...applets],
    config: pythonConfig,
  },
  [images.tools]: { target: "python-slim", checks: [...python(images.tools), ...slim], config: pythonConfig },
  [images.assets]: { target: "node-alpine", checks: [...node(images.assets), ...applets], config: nodeConfig },
  [images.tests]: { target: "node-slim", checks: [...node(images.tests), ...slim], config: nodeConfig },
  [images.proxy]: {
    target: "nginx",
    checks: [
      { run: "nginx -v 2>&1", output: new RegExp(`^nginx version: nginx/${versionPattern(images.proxy)}\\.\\d+`, "u") },
      { run: "id nginx", output: /^uid=101\(nginx\) gid=101\(nginx\)/u },
      { run: "nginx -t 2>&1", output: /test is successful/u },
      {
        run: "nginx -V 2>&1 | tr ' ' '\\n' | grep -cE -- '--with-http_(ssl|v2|v3|realip|stub_status|gunzip|gzip_static|auth_request|sub)_module'",
        output: /^9\n$/u,
      },
      {
        run: "readlink /var/log/nginx/access.log /var/log/nginx/error.log; ls -d /docker-entrypoint.d /etc/nginx/conf.d/default.conf /usr/share/nginx/html/index.html",
        output: /^\/dev\/stdout\n\/dev\/stderr\n(\/\S+\n){3}$/u,
      },
      ...applets,
    ],
    config: {
      Entrypoint: ["/docker-entrypoint.sh"],
      Cmd: ["nginx", "-g", "daemon off;"],
      StopSignal: "SIGQUIT",
      ports: ["80/tcp"],
    },
  },
  [images.database]: {
    target: "postgres",
    checks: [
      {
        run: "postgres --version; echo $PGDATA; id postgres",
        output: new RegExp(
          `^postgres \\(PostgreSQL\\) ${versionPattern(images.database)}\\.\\S+.*\\n/var/lib/postgresql/data\\nuid=70\\(postgres\\) gid=70\\(postgres\\)`,
          "u",
        ),
      },
      {
        run: "for name in psql pg_isready pg_dump pg_restore createdb initdb; do command -v $name; done",
        output: /^(\/usr\/local\/bin\/\S+\n){6}$/u,
      },
      ...applets,
    ],
    config: {
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["postgres"],
      StopSignal: "SIGINT",
      ports: ["5432/tcp"],
      volumes: ["/var/lib/postgresql/data"],
    },
  },
  [images.metrics]: {
    target: "prometheus",
    checks: [
      {
        run: "/bin/prometheus --version; /bin/promtool --version; id -u; ls -d /etc/prometheus/prometheus.yml",
        output:
          /^prometheus, version 3\.5\.[^]*^promtool, version 3\.5\.[^]*^65534\n\/etc\/prometheus\/prometheus\.yml\n$/mu,
      },
      { run: "touch /prometheus/mine && stat -c %u /prometheus", output: /^65534\n$/u },
      ...applets,
    ],
    config: {
      Entrypoint: ["/bin/prometheus"],
      Cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      User: "nobody",
      WorkingDir: "/prometheus",
      ports: ["9090/tcp"],
      volumes: ["/prometheus"],
    },
  },
  [images.registry]: {
    target: "registry",
    checks: [
      { run: "registry --version; cat /etc/distribution/config.yml", output: /rootdirectory: \/var\/lib\/registry\n/u },
      ...applets,
    ],
    config: {
      Entrypoint: ["/entrypoint.sh"],
      Cmd: ["/etc/distribution/config.yml"],
      ports: ["5000/tcp"],
      volumes: ["/var/lib/registry"],
    },
  },
  [images.stripeMock]: {
    target: "stripe-mock",
    checks: [
      {
        run: "/bin/stripe-mock -version",
        output: new RegExp(`^stripe-mock ${versionPattern(images.stripeMock)}\\n$`, "u"),
      },
      {
        run: `/bin/stripe-mock -http-port 12111 >/dev/null &
          for second in $(seq 60); do
            wget -qO- --header 'Authorization: Bearer sk_test_1' http://127.0.0.1:12111/v1/coupons/co_1 && break
            sleep 1
          done`,
        output: /"object": ?"coupon"/u,
      },
      {
        run: "for name in go pip npm; do command -v $name; done; ls -d /root/go /root/.config/go /settings 2>/dev/null; echo nothing",
        output: /^nothing\n$/u,
      },
      ...applets,
    ],
    config: {
      Entrypoint: ["/bin/stripe-mock", "-http-port", "12111", "-https-port", "12112"],
      ports: ["12111/tcp", "12112/tcp"],
    },
  },
} as const satisfies Record<string, StandIn>;

export type StandInName = keyof typeof standIns;
export const hasStandIn = (image: string): image is StandInName => Object.hasOwn(standIns, image);
