import {
  Area,
  AreaChart,
  Bar,
  BarChart,
  CartesianGrid,
  Cell,
  Pie,
  PieChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { Report } from "../api/dashboard.ts";
import { bucketName, euros, eurosShort, tick } from "./format.ts";
import { weekdayNames } from "./texts.ts";

interface ChartProps {
  readonly report: Report;
}

/** Custom properties of base.css, which the legend uses, too. */
const colours = { online: "var(--online)", studio: "var(--studio)", partner: "var(--partner)" } as const;
const grid = <CartesianGrid vertical={false} stroke="var(--line)" strokeDasharray="2 5" />;
const axis = { tickLine: false, axisLine: false, tick: { fill: "var(--muted)", fontSize: 12 } } as const;
const noAnimation = { isAnimationActive: false } as const;
const money = (value: unknown): string => euros(Number(value));
const tooltip = { formatter: money, cursor: { fill: "var(--subtle)", stroke: "var(--line)" } } as const;

export const RevenueChart = ({ report: { series, unit } }: ChartProps) => {
  const data = series.map(({ start, revenue }) => ({ start, ...revenue }));
  return (
    <ResponsiveContainer width="100%" height={280}>
      <AreaChart data={data} accessibilityLayer={false} margin={{ top: 8, right: 4, bottom: 0, left: 0 }}>
        {grid}
        <XAxis dataKey="start" {...axis} tickFormatter={(start: string) => tick(start, unit)} minTickGap={24} />
        <YAxis {...axis} tickFormatter={eurosShort} width={52} />
        <Tooltip {...tooltip} labelFormatter={(start) => (typeof start === "string" ? bucketName(start, unit) : "")} />
        {(["partner", "studio", "online"] as const).map((channel) => (
          <Area
            key={channel}
            {...noAnimation}
            type="monotone"
            dataKey={channel}
            name={{ online: "Online", studio: "Studio", partner: "Partners" }[channel]}
            stackId="all"
            stroke={colours[channel]}
            strokeWidth={2}
            fill={colours[channel]}
            fillOpacity={0.22}
          />
        ))}
      </AreaChart>
    </ResponsiveContainer>
  );
};

export const ProductChart = ({ report: { products } }: ChartProps) => (
  <ResponsiveContainer width="100%" height={260}>
    <BarChart data={products} layout="vertical" accessibilityLayer={false} margin={{ top: 0, right: 8, bottom: 0, left: 0 }}>
      <XAxis type="number" {...axis} tickFormatter={eurosShort} />
      <YAxis type="category" dataKey="name" {...axis} width={112} />
      <Tooltip {...tooltip} />
      <Bar {...noAnimation} dataKey="revenue" name="Revenue" fill="var(--ink)" radius={[0, 5, 5, 0]} barSize={16} />
    </BarChart>
  </ResponsiveContainer>
);

export const ChannelChart = ({ report: { channels } }: ChartProps) => (
  <ResponsiveContainer width="100%" height={260}>
    <PieChart accessibilityLayer={false}>
      <Tooltip formatter={money} />
      <Pie {...noAnimation} rootTabIndex={-1} data={channels} dataKey="revenue" nameKey="label" innerRadius="58%" outerRadius="92%" paddingAngle={2} stroke="none">
        {channels.map(({ channel }) => (
          <Cell key={channel} fill={colours[channel]} />
        ))}
      </Pie>
    </PieChart>
  </ResponsiveContainer>
);

export const WeekdayChart = ({ report: { weekdays } }: ChartProps) => {
  const data = weekdayNames.map((name, index) => ({ name, revenue: weekdays[index] }));
  return (
    <ResponsiveContainer width="100%" height={260}>
      <BarChart data={data} accessibilityLayer={false} margin={{ top: 8, right: 4, bottom: 0, left: 0 }}>
        {grid}
        <XAxis dataKey="name" {...axis} />
        <YAxis {...axis} tickFormatter={eurosShort} width={52} />
        <Tooltip {...tooltip} />
        <Bar {...noAnimation} dataKey="revenue" name="Mean revenue" fill="var(--teal)" radius={[5, 5, 0, 0]} maxBarSize={36} />
      </BarChart>
    </ResponsiveContainer>
  );
};
