const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

/** A file that is dropped beside a place for files would be opened by the browser, in the place of the page and all that is on its way. */
export function refuseStrayDrops(): void {
  addEventListener('dragover', (event) => {
    if (!holdsFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer!.dropEffect = 'none';
  });
  addEventListener('drop', (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
}
