import { useEffect, useRef, useState } from 'react';
import { Search } from './icons.js';

/** Pause in typing before a search is asked. Without it, each letter would ask. */
const TYPING_REST_MS = 300;

interface SearchBoxProps {
  label: string;
  /** The search of the address, which may also change without a letter typed: by a link, or back and forward. */
  value: string | undefined;
  onSearch(text: string | undefined): void;
}

/** An input that asks when typing rests, or at once by Enter. */
export function SearchBox({ label, value = '', onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** The search that this input asked last. What was typed since then stays when the address follows. */
  const asked = useRef(value);
  useEffect(() => {
    if (value === asked.current) return;
    asked.current = value;
    clearTimeout(timer.current);
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (next: string) => {
    clearTimeout(timer.current);
    if (next === asked.current) return;
    asked.current = next;
    onSearch(next || undefined);
  };
  return (
    <div className="search-box">
      <Search />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={({ currentTarget: { value: typed } }) => {
          setText(typed);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => ask(typed), TYPING_REST_MS);
        }}
        onKeyDown={({ key }) => {
          if (key === 'Enter') ask(text);
        }}
      />
    </div>
  );
}
