import type { LoaderFunctionArgs } from "react-router";
import { type DiagramPage, listDiagrams } from "../api/diagrams.ts";

export { ListPage as Component } from "./list-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs): Promise<DiagramPage> =>
  listDiagrams(new URL(request.url).search, request.signal);
