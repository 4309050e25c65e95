import {
  CloseIcon,
  pick,
  PlusIcon,
  Tooltip,
  useGraphiQL,
  useGraphiQLActions,
} from '@graphiql/react';
import { useEffect, useRef, type KeyboardEvent } from 'react';

const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_index, count) => count - 1,
};

/**
 * The tabs of the operations, in place of GraphiQL's, whose tabs contain the buttons that open and
 * close them: no screen reader reaches those. Arrow keys move between tabs, Enter opens one, Delete
 * closes one; a tab can be dragged to another place.
 */
export function OperationTabs() {
  const { tabs, activeTabIndex } = useGraphiQL(pick('tabs', 'activeTabIndex'));
  const actions = useGraphiQLActions();
  const list = useRef<HTMLDivElement>(null);
  const dragged = useRef<number | null>(null);
  const closed = useRef(false);
  const activeId = tabs[activeTabIndex]?.id;

  function elementAt(index: number): HTMLElement | undefined {
    return [...(list.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])][index];
  }

  useEffect(() => {
    const element = elementAt(activeTabIndex);
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    // What had the focus is gone.
    if (closed.current) element?.focus();
    closed.current = false;
  }, [activeId, activeTabIndex, tabs.length]);

  function close(index: number) {
    if (tabs.length === 1) return;
    closed.current = true;
    actions.closeTab(index);
  }

  function onKeyDown(event: KeyboardEvent, index: number) {
    const step = STEPS[event.key];
    if (step !== undefined) elementAt(step(index, tabs.length))?.focus();
    else if (event.key === 'Delete') close(index);
    else return;
    event.preventDefault();
  }

  function drop(index: number) {
    const from = dragged.current;
    const moved = from === null ? undefined : tabs[from];
    if (moved === undefined || from === index) return;
    actions.moveTab(tabs.filter((tab) => tab !== moved).toSpliced(index, 0, moved));
  }

  return (
    <>
      {/* A list of tabs may hold nothing but tabs. So it owns them by reference. */}
      <div
        role="tablist"
        aria-label="Operations"
        aria-owns={tabs.map(({ id }) => domId(id)).join(' ')}
      />
      <div className="tabs no-scrollbar" ref={list}>
        {tabs.map(({ id, title }, index) => (
          <div
            key={id}
            className="tab"
            data-active={id === activeId}
            draggable
            onDragStart={() => (dragged.current = index)}
            onDragEnd={() => (dragged.current = null)}
            onDragOver={(event) => dragged.current !== null && event.preventDefault()}
            onDrop={() => drop(index)}
          >
            <button
              type="button"
              role="tab"
              id={domId(id)}
              className="tab-button"
              aria-selected={id === activeId}
              aria-controls="graphiql-session"
              tabIndex={id === activeId ? 0 : -1}
              onClick={() => actions.changeTab(index)}
              onKeyDown={(event) => onKeyDown(event, index)}
            >
              {title}
            </button>
            {id === activeId && tabs.length > 1 && (
              <button
                type="button"
                className="tab-close"
                aria-label={`Close ${title}`}
                onClick={() => close(index)}
              >
                <CloseIcon aria-hidden="true" />
              </button>
            )}
          </div>
        ))}
      </div>
      <Tooltip label="New tab">
        <button
          type="button"
          className="tab-add"
          aria-label="New tab"
          onClick={() => actions.addTab()}
        >
          <PlusIcon aria-hidden="true" />
        </button>
      </Tooltip>
    </>
  );
}

function domId(id: string): string {
  return `operation-tab-${id}`;
}
