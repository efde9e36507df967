import { type ReactNode, useId } from "react";
import type { Finding } from "./findings.ts";
import { findingText } from "./texts.ts";

interface FigureProps {
  readonly title: string;
  readonly finding: Finding;
  readonly columns: readonly string[];
  /** The first cell of each row is its header. */
  readonly rows: readonly (readonly string[])[];
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** Shows the legend of the channel colours. */
  readonly legend?: boolean;
}

/** A chart with its text alternatives: a sentence and a table. The chart itself is hidden from screen readers. */
export const Figure = ({ title, finding, columns, rows, children, wide = false, legend = false }: FigureProps) => {
  const id = useId();
  const [first, ...others] = columns;
  return (
    <figure className={wide ? "card wide" : "card"} aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{title}</h2>
        <p>{findingText(finding)}</p>
      </figcaption>
      {legend && (
        <ul className="legend" aria-hidden="true">
          <li data-channel="online">Online</li>
          <li data-channel="studio">Studio</li>
          <li data-channel="partner">Partners</li>
        </ul>
      )}
      <div className="chart" aria-hidden="true">
        {children}
      </div>
      <details>
        <summary>
          Show as a table<span className="visually-hidden">: {title}</span>
        </summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- makes it scrollable by keyboard */}
        <section className="table-scroll" aria-labelledby={id} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{first}</th>
                {others.map((column) => (
                  <th scope="col" className="number" key={column}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, ...cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, index) => (
                    <td className="number" key={others[index]}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
};
