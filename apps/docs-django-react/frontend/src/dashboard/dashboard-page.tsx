import { Link, useLoaderData } from "react-router";
import type { Dashboard, Range, Report } from "../api/dashboard.ts";
import { useTitle } from "../shell/title.ts";
import { ChannelChart, ProductChart, RevenueChart, WeekdayChart } from "./charts.tsx";
import "./dashboard.css";
import { Figure } from "./figure.tsx";
import {
  relativeChange,
  channelFinding,
  meanSale,
  productFinding,
  revenueFinding,
  weekdayFinding,
} from "./findings.ts";
import { bucketName, euros, eurosAndCents, longDay, number, share } from "./format.ts";
import { comparisonTexts, dashboardTexts, weekdayNames } from "./texts.ts";

const ranges: Readonly<Record<Range, string>> = { "30d": "30 days", "13w": "13 weeks", "12m": "12 months" };

export const DashboardPage = () => {
  const { range, report } = useLoaderData<Dashboard>();
  useTitle("Dashboard");
  return (
    <>
      <header className="page-header">
        <div>
          <p className="eyebrow">Sales</p>
          <h1>Dashboard</h1>
          {report && (
            <p className="lead">
              <time dateTime={report.first}>{longDay(report.first)}</time> to{" "}
              <time dateTime={report.last}>{longDay(report.last)}</time>, the last day with sales
            </p>
          )}
        </div>
        <nav className="range-picker" aria-label="Period">
          {Object.entries(ranges).map(([value, label]) => (
            <Link
              key={value}
              to={{ search: `?range=${value}` }}
              aria-current={value === range ? "true" : undefined}
              preventScrollReset
            >
              {label}
            </Link>
          ))}
        </nav>
      </header>
      {report ? <Figures report={report} /> : <Empty />}
    </>
  );
};

const Empty = () => (
  <section className="panel">
    <h2>No sales yet</h2>
    <p>{dashboardTexts.empty}</p>
  </section>
);

const Figures = ({ report }: { report: Report }) => {
  const { totals, previous, unit } = report;
  const comparison = comparisonTexts[unit];
  return (
    <>
      <dl className="tiles">
        <Tile name="Revenue" value={euros(totals.revenue)} now={totals.revenue} then={previous.revenue} comparison={comparison} />
        <Tile name="Sales" value={number(totals.sales)} now={totals.sales} then={previous.sales} comparison={comparison} />
        <Tile
          name="Mean sale"
          value={eurosAndCents(meanSale(totals))}
          now={meanSale(totals)}
          then={meanSale(previous)}
          comparison={comparison}
        />
      </dl>
      <div className="charts">
        <Figure
          wide
          title={`Revenue by ${unit}`}
          finding={revenueFinding(report)}
          legend
          columns={[unit, "Online", "Studio", "Partners", "Total"]}
          rows={report.series.map(({ start, revenue, total }) => [
            bucketName(start, unit),
            ...[revenue.online, revenue.studio, revenue.partner, total].map(euros),
          ])}
        >
          <RevenueChart report={report} />
        </Figure>
        <Figure
          title="Top products by revenue"
          finding={productFinding(report)}
          columns={["Product", "Category", "Units", "Revenue"]}
          rows={report.products.map(({ name, category, units, revenue }) => [
            name,
            category,
            number(units),
            euros(revenue),
          ])}
        >
          <ProductChart report={report} />
        </Figure>
        <Figure
          title="Revenue by channel"
          finding={channelFinding(report)}
          legend
          columns={["Channel", "Share", "Revenue"]}
          rows={report.channels.map(({ label, revenue }) => [label, share(revenue, totals.revenue), euros(revenue)])}
        >
          <ChannelChart report={report} />
        </Figure>
        <Figure
          title="Revenue by weekday"
          finding={weekdayFinding(report)}
          columns={["Day", "Mean revenue"]}
          rows={weekdayNames.map((name, index) => [name, euros(report.weekdays[index] ?? 0)])}
        >
          <WeekdayChart report={report} />
        </Figure>
      </div>
    </>
  );
};

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly now: number;
  readonly then: number;
  readonly comparison: string;
}

const Tile = ({ name, value, now, then, comparison }: TileProps) => {
  const changed = relativeChange(now, then);
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd className="value">{value}</dd>
      <dd className="change" data-up={changed?.up}>
        {changed ? (
          <>
            <strong>{changed.text}</strong> {comparison}
          </>
        ) : (
          dashboardTexts.noComparison
        )}
      </dd>
    </div>
  );
};
