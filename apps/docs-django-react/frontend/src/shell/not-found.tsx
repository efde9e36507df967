import { Link } from "react-router";
import { errorPageTexts } from "./texts.ts";
import { useTitle } from "./title.ts";

export const NotFound = ({ reason = errorPageTexts.notFound }: { reason?: string }) => {
  useTitle("Page not found");
  return (
    <section className="panel">
      <p className="eyebrow">404</p>
      <h1>Page not found</h1>
      <p>{reason}</p>
      <p className="actions">
        <Link className="button" to="/">
          Go to the dashboard
        </Link>
        <Link className="button secondary" to="/diagrams">
          Go to the diagrams
        </Link>
      </p>
    </section>
  );
};
