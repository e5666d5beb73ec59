import { Toast } from '@base-ui/react/toast';
import { Cross } from './icons.js';

const manager = Toast.createToastManager();

/** Shows a message in a corner for five seconds. Screen readers read it out. */
export const tell = (title: string, description?: string): void => {
  manager.add({ title, description, timeout: 5_000 });
};

const Toasts = () => {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description className="toast-text" />
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
