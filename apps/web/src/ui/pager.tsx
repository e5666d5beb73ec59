import { count } from '../app/format.js';
import { Left, Right } from './icons.js';

interface PagerProps {
  page: number;
  pages: number;
  onPage(page: number): void;
  label: string;
}

export const Pager = ({ page, pages, onPage, label }: PagerProps) =>
  pages < 2 ? null : (
    <nav className="pager" aria-label={label}>
      <button type="button" className="button" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <Left /> Previous
      </button>
      <span>
        {count(page)} of {count(pages)}
      </span>
      <button type="button" className="button" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        Next <Right />
      </button>
    </nav>
  );
