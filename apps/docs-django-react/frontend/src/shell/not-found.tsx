import { Link } from "react-router";
import { useTitle } from "./title.ts";

export const NotFound = ({ reason = "There is nothing at this address." }: { reason?: string }) => {
  useTitle("Not found");
  return (
    <section className="panel">
      <p className="eyebrow">404</p>
      <h1>Off the chart</h1>
      <p>{reason}</p>
      <p className="actions">
        <Link className="button" to="/">
          To the dashboard
        </Link>
        <Link className="button secondary" to="/diagrams">
          To the diagrams
        </Link>
      </p>
    </section>
  );
};
