import { useRef, useState } from "react";
import { Form, Link, useLoaderData, useSearchParams } from "react-router";
import type { DiagramPage } from "../api/diagrams.ts";
import { useSession } from "../shell/session.ts";
import { useTitle } from "../shell/title.ts";
import { Create } from "./create.tsx";
import "./diagrams.css";
import { Entry } from "./entry.tsx";
import { limits } from "./limits.ts";
import { listTexts } from "./texts.ts";

export const ListPage = () => {
  const { diagrams, page, pages, total } = useLoaderData<DiagramPage>();
  const [query] = useSearchParams();
  const { mayWrite } = useSession();
  const [notice, setNotice] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const search = query.get("q") ?? "";
  useTitle("Diagrams");

  // The focused button was removed with the deleted entry, so the heading takes the focus.
  const deleted = (name: string) => {
    setNotice(listTexts.deleted(name));
    heading.current?.focus();
  };

  return (
    <>
      <header className="page-header">
        <div>
          <p className="eyebrow">Flows</p>
          <h1 ref={heading} tabIndex={-1}>
            Diagrams
          </h1>
          <p className="lead">Flow charts of our processes.</p>
        </div>
        <Search key={search} search={search} />
      </header>
      <output className="notice">{notice}</output>
      <div className="list-layout">
        <div>
          {diagrams.length === 0 && <Empty search={search} />}
          <ul className="diagram-list">
            {diagrams.map((diagram) => (
              <Entry key={diagram.id} diagram={diagram} mayWrite={mayWrite} onDeleted={deleted} />
            ))}
          </ul>
          {pages > 1 && <Pages page={page} pages={pages} total={total} search={search} />}
        </div>
        <Create mayWrite={mayWrite} />
      </div>
    </>
  );
};

const Empty = ({ search }: { readonly search: string }) =>
  search === "" ? (
    <p className="card">{listTexts.empty}</p>
  ) : (
    <p className="card">
      {listTexts.noMatch(search)} <Link to="/diagrams">Show all diagrams</Link>
    </p>
  );

const Search = ({ search }: { readonly search: string }) => (
  <search>
    <Form className="search">
      <label className="visually-hidden" htmlFor="search">
        Find diagrams by name
      </label>
      <input id="search" type="search" name="q" defaultValue={search} maxLength={limits.name} placeholder="Name of the diagram" />
      <button type="submit" className="button secondary">
        Find
      </button>
    </Form>
  </search>
);

interface PagesProps {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly search: string;
}

const Pages = ({ page, pages, total, search }: PagesProps) => {
  const urlOf = (number: number): string =>
    `?${new URLSearchParams({ page: String(number), ...(search !== "" && { q: search }) }).toString()}`;
  return (
    <nav className="pagination" aria-label="Pages">
      {page > 1 && (
        <Link className="button secondary" rel="prev" to={urlOf(page - 1)}>
          Newer
        </Link>
      )}
      <output className="hint">{listTexts.pageOf(page, pages, total)}</output>
      {page < pages && (
        <Link className="button secondary" rel="next" to={urlOf(page + 1)}>
          Older
        </Link>
      )}
    </nav>
  );
};
