import { Toast } from '@base-ui/react/toast';
import { asProblem } from '../api/problem.js';
import { Cross } from './icons.js';
import { RequestId } from './request-id.js';

const manager = Toast.createToastManager();

/** Shows a message in a corner for five seconds. Screen readers read it out. */
export const tell = (title: string, description?: string): void => {
  manager.add({ title, description, timeout: 5_000 });
};

/** Shows in a corner why something was not done, until it is closed. @param what was not done: `Not deleted` */
export const tellProblem = (what: string, error: unknown): void => {
  const { problem } = asProblem(error);
  manager.add({
    title: `${what}: ${problem.title}`,
    description: (
      <>
        {problem.detail}
        <RequestId id={problem.request_id} />
      </>
    ),
    timeout: 0,
  });
};

/** A message in a corner about work that goes on. */
export interface Ongoing {
  say(description: string): void;
  /** Takes it away. */
  end(): void;
}

/** Shows that work goes on, until it ends. @param onStop when the message is closed by hand */
export const tellOngoing = (title: string, description: string, onStop: () => void): Ongoing => {
  let isOver = false;
  const id = manager.add({
    title,
    description,
    timeout: 0,
    onClose: () => {
      if (!isOver) onStop();
      isOver = true;
    },
  });
  return {
    say: (next) => {
      if (!isOver) manager.update(id, { description: next });
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      manager.close(id);
    },
  };
};

const Toasts = () => {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description className="toast-text" render={<div />} />
      </div>
      <Toast.Close className="icon-button" aria-label="Close">
        <Cross />
      </Toast.Close>
    </Toast.Root>
  ));
};

export const Toaster = () => (
  <Toast.Provider toastManager={manager}>
    <Toast.Portal>
      <Toast.Viewport className="toasts">
        <Toasts />
      </Toast.Viewport>
    </Toast.Portal>
  </Toast.Provider>
);
