/** @param share from 0 to 1; null when it is not known */
export const ProgressBar = ({ share, label }: { share: number | null; label: string }) => (
  <progress className="progress" max={1} value={share ?? undefined} aria-label={label} />
);
