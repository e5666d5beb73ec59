import { Menu } from '@base-ui/react/menu';
import { isKeyTelling } from '../../app/column-key.js';
import { Down, Up } from '../../ui/icons.js';
import type { Column } from '../filters/conditions.js';
import type { SortKey } from '../sorting.js';

export interface HeadActions {
  /** A click on the name. @param isAdded with the shift key */
  toggleSort(column: string, isAdded: boolean): void;
  sortBy(column: string, descending: boolean): void;
  /** Without a shift key, as by touch: the other columns stay before this one. */
  alsoSortBy(column: string, descending: boolean): void;
  filter(column: string): void;
  hide(column: string): void;
  move(column: string, by: -1 | 1): void;
}

interface ColumnHeadProps {
  column: Column;
  sort: SortKey[];
  actions: HeadActions;
  onWiden(by: number): void;
}

const STEP = 40;

/** Nothing else shows that rows can be sorted by several columns. */
const SHIFT_HINT = 'Shift-click a name to sort by it too';

/** The name of a column, which sorts, and its menu. */
export function ColumnHead({ column, sort, actions, onWiden }: ColumnHeadProps) {
  const { key, name, type } = column;
  const at = sort.findIndex((one) => one.column === key);
  const sorted = sort[at];
  return (
    <>
      <button
        type="button"
        className={type === 'integer' || type === 'number' ? 'head-name is-right' : 'head-name'}
        title={`${isKeyTelling(column) ? `${name} (${key})` : name || key}\n${SHIFT_HINT}`}
        onClick={(event) => actions.toggleSort(key, event.shiftKey)}
      >
        <span className="head-text">{name || key}</span>
        {sorted && (sorted.descending ? <Down /> : <Up />)}
        {sorted && sort.length > 1 && <span className="sort-place">{at + 1}</span>}
      </button>
      <Menu.Root>
        <Menu.Trigger className="head-menu" aria-label={`Menu of ${name || key}`}>
          <svg viewBox="0 0 16 16" className="icon" aria-hidden="true">
            <path d="M4 6l4 4 4-4" />
          </svg>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className="positioner" sideOffset={4} align="end">
            <Menu.Popup className="menu">
              <p className="menu-label">
                {type}
                {isKeyTelling(column) && (
                  <>
                    {' '}
                    · <code>{key}</code>
                  </>
                )}
              </p>
              <Menu.Item className="menu-item" onClick={() => actions.sortBy(key, false)}>
                <Up /> Sort ascending
              </Menu.Item>
              <Menu.Item className="menu-item" onClick={() => actions.sortBy(key, true)}>
                <Down /> Sort descending
              </Menu.Item>
              {sort.some((one) => one.column !== key) ? (
                <>
                  <Menu.Item className="menu-item" onClick={() => actions.alsoSortBy(key, false)}>
                    <Up /> Also sort ascending
                  </Menu.Item>
                  <Menu.Item className="menu-item" onClick={() => actions.alsoSortBy(key, true)}>
                    <Down /> Also sort descending
                  </Menu.Item>
                </>
              ) : (
                <p className="menu-label">To sort by more columns, open their menus, or shift-click their names</p>
              )}
              <Menu.Separator className="menu-line" />
              <Menu.Item className="menu-item" onClick={() => actions.filter(key)}>
                Filter…
              </Menu.Item>
              <Menu.Separator className="menu-line" />
              <Menu.Item className="menu-item" onClick={() => actions.move(key, -1)}>
                Move left
              </Menu.Item>
              <Menu.Item className="menu-item" onClick={() => actions.move(key, 1)}>
                Move right
              </Menu.Item>
              <Menu.Item className="menu-item" closeOnClick={false} onClick={() => onWiden(STEP)}>
                Wider
              </Menu.Item>
              <Menu.Item className="menu-item" closeOnClick={false} onClick={() => onWiden(-STEP)}>
                Narrower
              </Menu.Item>
              <Menu.Item className="menu-item" onClick={() => actions.hide(key)}>
                Hide
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </>
  );
}
