// Drawn for this page; 16 units wide, in the colour of the text.

const icon = (path: string) => () => (
  <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={path} />
  </svg>
);

export const Plus = icon('M8 3v10M3 8h10');
export const Cross = icon('M4 4l8 8M12 4l-8 8');
/** For what is gone afterwards: a cross closes, or takes off a list. */
export const Bin = icon('M2.5 4.5h11M6.5 4.5V2.8h3v1.7M4.2 4.5l.6 8.7h6.4l.6-8.7M6.8 7.2v3.6M9.2 7.2v3.6');
export const Up = icon('M8 13V3M4 7l4-4 4 4');
export const Down = icon('M8 3v10M4 9l4 4 4-4');
export const Filter = icon('M2 4h12M4.5 8h7M7 12h2');
export const Columns = icon('M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10');
export const Search = icon('M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5L14 14');
export const Download = icon('M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.5h11');
export const Menu = icon('M2.5 4h11M2.5 8h11M2.5 12h11');
export const Left = icon('M10 3L5 8l5 5');
export const Right = icon('M6 3l5 5-5 5');
export const Unfold = icon('M3 6l5 5 5-5');
export const Fold = icon('M3 10l5-5 5 5');
