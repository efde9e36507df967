/** Prometheus, which scrapes every replica of every application, and Grafana, which shows its data. Pure. */
import { grafanaImage, images } from "../../contract/base-images.ts";
import type { Catalog } from "../../apps/catalog.ts";
import { tmpfs } from "./resources.ts";
import { metricsPort, monitoringNetwork, published, users } from "./services.ts";

/** In the notation of Prometheus. Grafana's data source repeats it, so that its shortest range holds four samples. */
export const scrapeInterval = "5s";

/** The names are services. Prometheus resolves them repeatedly and scrapes every replica that the engine's DNS lists. */
export const prometheusConfig = (catalog: Catalog): object => ({
  global: { scrape_interval: scrapeInterval },
  scrape_configs: [
    {
      job_name: "applications",
      dns_sd_configs: [{ type: "A", port: metricsPort, refresh_interval: scrapeInterval, names: Object.keys(catalog) }],
      relabel_configs: [{ source_labels: ["__meta_dns_name"], target_label: "app" }],
    },
  ],
});

interface CommonSettings {
  /** The settings of every service of a compose file. */
  readonly common: { readonly tmpfs: readonly string[] };
  readonly configHash: string;
}

const prometheus = ({ common, configHash }: CommonSettings) => ({
  image: images.metrics,
  user: users.prometheus,
  ...common,
  volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"],
  labels: { "wmd.config": configHash },
  networks: ["edge", monitoringNetwork],
  healthcheck: {
    test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:9090/-/ready"],
    interval: "10s",
    timeout: "3s",
    start_period: "60s",
    start_interval: "300ms",
  },
});

/** The data of the test stack is kept in memory. */
export const testedPrometheus = (settings: CommonSettings) => ({
  ...prometheus(settings),
  tmpfs: [...settings.common.tmpfs, tmpfs("/prometheus", 256, "uid=65534", "gid=65534")],
});

/** Started only with `--profile monitoring`. */
const onRequest = { profiles: ["monitoring"], restart: "unless-stopped" } as const;
const onLoopback = (name: string, port: number): string => `127.0.0.1:${published(name, port)}:${port}`;

export const adminPassword = "admin-password";
const grafanaFolder = "./apps/monitoring/grafana";

/** @param secrets The volume that holds Grafana's secrets, and its mount point */
export const monitoringServices = (
  settings: CommonSettings,
  secrets: { readonly volume: string; readonly folder: string },
) => {
  const own = prometheus(settings);
  return {
    prometheus: {
      ...own,
      ...onRequest,
      ports: [onLoopback("prometheus", 9090)],
      volumes: [...own.volumes, "prometheus-data:/prometheus"],
    },
    grafana: {
      image: grafanaImage,
      user: users.grafana,
      ...settings.common,
      ...onRequest,
      ports: [onLoopback("grafana", 3000)],
      environment: {
        GF_SECURITY_ADMIN_PASSWORD__FILE: `${secrets.folder}/${adminPassword}`,
        GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: "/etc/grafana/dashboards/applications.json",
        // No requests to the internet for updates, plugins or news.
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_NEWS_NEWS_FEED_ENABLED: "false",
        GF_PLUGINS_PREINSTALL_DISABLED: "true",
      },
      volumes: [
        `${grafanaFolder}/provisioning:/etc/grafana/provisioning:ro`,
        `${grafanaFolder}/dashboards:/etc/grafana/dashboards:ro`,
        `${secrets.volume}:${secrets.folder}:ro`,
        "grafana-data:/var/lib/grafana",
      ],
      networks: ["edge"],
      depends_on: {
        prometheus: { condition: "service_healthy" },
        secrets: { condition: "service_completed_successfully" },
      },
    },
  };
};
