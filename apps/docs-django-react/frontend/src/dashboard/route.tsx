import type { LoaderFunctionArgs } from "react-router";
import { type Dashboard, readDashboard } from "../api/dashboard.ts";

export { DashboardPage as Component } from "./dashboard-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs): Promise<Dashboard> =>
  readDashboard(new URL(request.url).searchParams.get("range"), request.signal);
