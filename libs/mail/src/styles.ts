const SANS = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';

/**
 * The look of a mail, by name. Many mail clients drop style sheets, so every element carries its style inline; the
 * classes beside them only serve the dark mode of those that keep the sheet.
 */
export const styles = {
  page: 'background-color:#f3f4f6;',
  brand: `padding:0 4px 12px;font:600 13px/20px ${SANS};letter-spacing:.02em;color:#6b7280;`,
  card: 'padding:32px 36px;background-color:#ffffff;border:1px solid #e5e7eb;border-radius:8px;',
  title: `margin:0 0 16px;font:600 22px/30px ${SANS};color:#111827;`,
  body: `font:400 16px/25px ${SANS};color:#1f2937;overflow-wrap:anywhere;`,
  footer: `padding:16px 4px 0;font:400 13px/20px ${SANS};color:#6b7280;`,
  paragraph: 'margin:0 0 16px;',
  section: 'margin:28px 0 8px;font-size:16px;line-height:24px;font-weight:600;color:#111827;',
  label: 'padding:9px 0;border-top:1px solid #e5e7eb;',
  value: 'padding:9px 0 9px 16px;border-top:1px solid #e5e7eb;white-space:nowrap;',
  panel: 'padding:14px 0;border-top:1px solid #e5e7eb;border-bottom:1px solid #e5e7eb;',
  note: 'font-size:14px;line-height:22px;color:#6b7280;',
  small: 'margin:24px 0 0;font-size:13px;line-height:20px;color:#6b7280;',
  code: `padding:2px 6px;border-radius:4px;background-color:#f3f4f6;font:400 13px/24px ${MONO};color:#374151;`,
} as const;
